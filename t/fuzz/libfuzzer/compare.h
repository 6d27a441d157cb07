/*
 * compare.h
 *		Tells libFuzzer which strings are compared, so that it tries them.  Included by the compiler in front
 *		of each file of the extension (scripts/fuzz-coverage).  memcmp() is left alone: it compares keys.
 */
#ifndef FUZZ_COMPARE_H
#define FUZZ_COMPARE_H

#include <string.h>

extern void __sanitizer_weak_hook_strcmp(void *caller, const char *a, const char *b, int result);
extern void __sanitizer_weak_hook_strncmp(void *caller, const char *a, const char *b, size_t n, int result);

static inline int
fuzz_strcmp(const char *a, const char *b)
{
	int			result = (strcmp) (a, b);

	__sanitizer_weak_hook_strcmp(__builtin_return_address(0), a, b, result);
	return result;
}

static inline int
fuzz_strncmp(const char *a, const char *b, size_t n)
{
	int			result = (strncmp) (a, b, n);

	__sanitizer_weak_hook_strncmp(__builtin_return_address(0), a, b, n, result);
	return result;
}

#define strcmp(a, b) fuzz_strcmp(a, b)
#define strncmp(a, b, n) fuzz_strncmp(a, b, n)

#endif
