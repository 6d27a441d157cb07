/*
 * state/touched_ended.c
 *		What a statement has touched without a signal of the server (touched.c).
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/parsenodes.h"
#include "utils/lsyscache.h"

#include "state/touched.h"

/*
 * Records what an ended statement has changed without either signal: from 18 on, SET
 * NOT NULL of a column that has inherited a NOT NULL changes nothing but the row of
 * that constraint.  The table is locked, so the name still leads to it; search_path
 * is the statement's, too.
 */
void
sg_touched_by_ended(const Node *statement)
{
	Oid			relid;

	if (!IsA(statement, AlterTableStmt))
		return;
	relid = RangeVarGetRelid(((const AlterTableStmt *) statement)->relation, NoLock, true);
	if (OidIsValid(relid) && (get_rel_relkind(relid) == RELKIND_RELATION ||
							  get_rel_relkind(relid) == RELKIND_PARTITIONED_TABLE ||
							  get_rel_relkind(relid) == RELKIND_FOREIGN_TABLE))
		sg_touched_add(RelationRelationId, relid);
}
