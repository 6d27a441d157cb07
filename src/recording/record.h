/*
 * recording/record.h
 *		schema_guard.record: what sessions execute becomes a contract.
 */
#ifndef SG_RECORDING_RECORD_H
#define SG_RECORDING_RECORD_H

#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "tcop/utility.h"
#include "utils/elog.h"

/* the command that a client has sent, while it runs */
typedef struct SgRecordCommand
{
	const Node *statement;		/* or NULL */
	ErrorContextCallback *context;	/* when it began */
} SgRecordCommand;

extern SgRecordCommand sg_record_command_start(const Node *statement, ProcessUtilityContext context);
extern void sg_record_command_end(SgRecordCommand before);
extern void sg_record_statement_end(void);
extern void sg_record_analysed(ParseState *pstate, Query *query);
extern void sg_record_relation_invalidated(Oid relid);
extern void sg_record_init(void);

#endif							/* SG_RECORDING_RECORD_H */
