/*
 * support/errors.c
 *		Errors that the guard must not swallow.
 */
#include "postgres.h"

#include "support/errors.h"

/*
 * Returns true for an error that must reach the client unchanged: a cancel or a
 * shutdown, which is meant for the session, or a serialization failure, after
 * which a SERIALIZABLE transaction cannot commit and which tells clients to retry.
 */
bool
sg_error_is_interrupt(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE ||
		ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION;
}
