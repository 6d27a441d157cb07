/*
 * ledgers/ledger_layout.h
 *		What the ledger of each migration tool looks like.
 */
#ifndef SG_LEDGERS_LEDGER_LAYOUT_H
#define SG_LEDGERS_LEDGER_LAYOUT_H

#include "access/attnum.h"
#include "catalog/pg_attribute.h"
#include "nodes/pg_list.h"

#define SG_LEDGER_MAX_COLUMNS 14

/* kinds of types that a column may have; a tool's versions differ within a kind */
typedef enum SgLedgerType
{
	SG_LEDGER_INTEGER = 1,
	SG_LEDGER_TEXT,
	SG_LEDGER_BOOLEAN,
	SG_LEDGER_BYTES,
	SG_LEDGER_TIME,
	SG_LEDGER_UNREAD			/* any type; the value is not read */
} SgLedgerType;

/* what a column is read for */
typedef enum SgLedgerRole
{
	SG_LEDGER_NOTHING,
	SG_LEDGER_VERSION,
	SG_LEDGER_NAME,				/* for people */
	SG_LEDGER_CHECKSUM,
	SG_LEDGER_SEQUENCE,			/* increases with each row: the newest row of a version counts */
	SG_LEDGER_DURATION,
	SG_LEDGER_OTHER				/* see ledger_row.c */
} SgLedgerRole;

typedef struct SgLedgerColumn
{
	const char *name;
	SgLedgerType type;
	SgLedgerRole role;
	bool		optional;		/* some versions of the tool have it */
	int			lengths[3];		/* of a varchar: one of these, -1 for none; all 0: any */
} SgLedgerColumn;

/* how the versions of a tool are ordered */
typedef enum SgLedgerOrder
{
	SG_LEDGER_BY_NUMBER,
	SG_LEDGER_BY_PARTS,			/* numbers with dots between them */
	SG_LEDGER_BY_NAME,			/* byte by byte */
	SG_LEDGER_BY_SUFFIX,		/* the number that the name ends with */
	SG_LEDGER_BY_SEQUENCE,		/* as they were applied */
	SG_LEDGER_HEAD,				/* only the newest is stored; by number */
	SG_LEDGER_HEADS				/* only heads are stored, in no order */
} SgLedgerOrder;

typedef enum SgLedgerTool
{
	SG_TOOL_SQLX,
	SG_TOOL_FLYWAY,
	SG_TOOL_LIQUIBASE,
	SG_TOOL_PRISMA,
	SG_TOOL_PRISMA8,
	SG_TOOL_GOLANG_MIGRATE,
	SG_TOOL_DBMATE,
	SG_TOOL_GOOSE,
	SG_TOOL_RAILS,
	SG_TOOL_DJANGO,
	SG_TOOL_ALEMBIC,
	SG_TOOL_DIESEL,
	SG_TOOL_REFINERY,
	SG_TOOL_KNEX,
	SG_TOOL_NODE_PG_MIGRATE,
	SG_TOOL_DRIZZLE,
	SG_TOOL_ATLAS,
	SG_TOOL_SQITCH,
	SG_TOOL_TYPEORM,
	SG_TOOL_SEQUELIZE,
	SG_TOOL_ECTO,
	SG_TOOL_EFCORE,
	SG_TOOL_SUPABASE,
	SG_TOOL_GRAPHILE_MIGRATE,
	SG_TOOL_PGROLL
} SgLedgerTool;

typedef struct SgLedgerLayout
{
	SgLedgerTool tool;
	const char *tool_name;
	const char *table;			/* its usual name */
	const char *source;			/* where the layout was read */
	SgLedgerOrder order;
	bool		hex;			/* its checksums are hexadecimal, in either case */
	bool		needs_name;		/* the columns alone say too little */
	const char *companion;		/* a table beside it that tells it from another tool's, or NULL */
	SgLedgerColumn columns[SG_LEDGER_MAX_COLUMNS + 1];	/* the first is the one to search by */
} SgLedgerLayout;

/* a table that is a ledger, and where its columns are */
typedef struct SgLedger
{
	Oid			relid;
	char	   *table;			/* schema.name, quoted where needed */
	const SgLedgerLayout *layout;
	const SgLedgerLayout *other;	/* of another tool that it may belong to, or NULL */
	AttrNumber	attnums[SG_LEDGER_MAX_COLUMNS];	/* 0: it has no such column */
} SgLedger;

extern const SgLedgerLayout *sg_ledger_layout_at(int n);
extern bool sg_ledger_layout_is_tool(const SgLedgerLayout *layout, const char *tool);
extern bool sg_ledger_layout_matches(const SgLedgerLayout *layout, const char *table, int natts,
									 const Form_pg_attribute *atts, AttrNumber *attnums);
extern const char *sg_ledger_layout_tools(void);

#endif							/* SG_LEDGERS_LEDGER_LAYOUT_H */
