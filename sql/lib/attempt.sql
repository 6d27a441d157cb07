-- pg_temp.attempt(query, arguments): what becomes of a query that is prepared, described and executed, and rolled back
/* what is told of a composite type, besides its name */
CREATE FUNCTION pg_temp.type_told(type oid) RETURNS text LANGUAGE sql AS $$
	SELECT type::regtype::text || coalesce((SELECT '(' || string_agg(attname, ',' ORDER BY attnum) || ')' FROM pg_attribute a, pg_type t
	 WHERE t.oid = type AND a.attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped), '') $$;
/* prepares, describes and executes a query: the types of its parameters and its columns */
CREATE FUNCTION pg_temp.run(query text, arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told regtype[];
	columns text;
	viewed text := query;
BEGIN
	EXECUTE 'PREPARE judged AS ' || query;
	SELECT parameter_types INTO told FROM pg_prepared_statements WHERE name = 'judged';
	EXECUTE 'EXECUTE judged' || coalesce('(' || arguments || ')', '');
	IF query ~* 'returning' AND query !~* '^with .*\) (insert|update|delete) (?!.*returning)' THEN
		EXECUTE 'CREATE TEMP TABLE judged_result AS EXECUTE judged' || coalesce('(' || arguments || ')', '');
	ELSIF query ~* '^(select|with)' AND query !~* '\) (insert|update|delete) ' THEN
		FOR i IN 1 .. cardinality(told) LOOP
			viewed := replace(viewed, '$' || i, format('NULL::%s', told[i]));
		END LOOP;
		EXECUTE 'CREATE TEMP VIEW judged_result AS ' || viewed;
	ELSE
		RETURN told::text;
	END IF;
	SELECT string_agg(attname || ' ' || pg_temp.type_told(atttypid), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
	 WHERE attrelid = 'pg_temp.judged_result'::regclass AND attnum > 0;
	RETURN told::text || columns;
END $$;
CREATE FUNCTION pg_temp.attempt(query text, arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	told text;
	returned record;
BEGIN
	BEGIN
		IF query ~* '^call' THEN
			/* it need not return a row */
			BEGIN
				EXECUTE query INTO returned;
				told := to_jsonb(returned);
			EXCEPTION WHEN syntax_error THEN
				EXECUTE query;
				told := 'done';
			END;
		ELSIF query ~* '^(copy|lock|truncate)' THEN
			EXECUTE query;
			told := 'done';
		ELSE
			told := pg_temp.run(CASE WHEN query ~* '^(insert|update|delete).*returning' THEN format('WITH q AS (%s) SELECT * FROM q', query) ELSE query END, arguments);
		END IF;
		RAISE EXCEPTION 'back' USING ERRCODE = 'UU000', DETAIL = told;
	EXCEPTION WHEN SQLSTATE 'UU000' THEN
		GET STACKED DIAGNOSTICS told = PG_EXCEPTION_DETAIL;
	WHEN OTHERS THEN
		told := 'ERROR ' || SQLSTATE || ' ' || SQLERRM;
	END;
	IF EXISTS (SELECT FROM pg_prepared_statements WHERE name = 'judged') THEN
		DEALLOCATE judged;
	END IF;
	RETURN told;
END $$;
