/*
 * support/spi.h
 *		Access to schema_guard's own tables through SPI.
 *
 * Functions that "connect" are complete by themselves and may be called while
 * connected.  The others must be called between sg_spi_connect() and
 * sg_spi_finish(), by the extension's owner (support/owner.h).
 */
#ifndef SG_SUPPORT_SPI_H
#define SG_SUPPORT_SPI_H

#include "executor/spi.h"

/*
 * Reads a row of the last result into what "arg" points to.  It may run no other
 * statement, which would replace the result.
 */
typedef void (*SgSpiRow) (uint64 row, void *arg);

extern void sg_spi_connect(void);
extern void sg_spi_finish(void);
extern uint64 sg_spi_query(const char *sql, int nargs, const Oid *types,
						   const Datum *values, const char *nulls);
extern uint64 sg_spi_modify(const char *sql, int nargs, const Oid *types,
							 const Datum *values, const char *nulls);
extern uint64 sg_spi_read(const char *sql, int nargs, const Oid *types,
						  const Datum *values, SgSpiRow read, void *arg);
extern bool sg_spi_exists(const char *sql, int nargs, const Oid *types, const Datum *values);
extern char *sg_spi_fetch_text(const char *sql, int nargs, const Oid *types, const Datum *values);
extern List *sg_spi_fetch_texts(const char *sql, int nargs, const Oid *types, const Datum *values);
extern int64 sg_spi_fetch_int8(const char *sql, int nargs, const Oid *types, const Datum *values);
extern uint64 sg_spi_execute(const char *sql, int nargs, const Oid *types,
							 const Datum *values, const char *nulls);
extern bool sg_spi_is_running(void);
extern Datum sg_spi_value(uint64 row, int column, bool *isnull);
extern char *sg_spi_text(uint64 row, int column);

#endif							/* SG_SUPPORT_SPI_H */
