/*
 * valgrind/memcheck.h
 *		What PostgreSQL tells valgrind about its memory, told to AddressSanitizer.
 *
 * assert-postgres puts this in the place of valgrind's own header.  AddressSanitizer by itself only knows
 * what malloc() returns, which are whole blocks of a memory context; with this it knows each palloc().  The
 * functions are there if its library is preloaded: otherwise, this does nothing.
 */
#ifndef ASAN_MEMCHECK_H
#define ASAN_MEMCHECK_H

#include <stddef.h>

extern void __asan_poison_memory_region(const volatile void *addr, size_t size) __attribute__((weak));
extern void __asan_unpoison_memory_region(const volatile void *addr, size_t size) __attribute__((weak));

#define ASAN_TELL(what, addr, size) \
	do { \
		if (__asan_##what##_memory_region) \
			__asan_##what##_memory_region((addr), (size)); \
	} while (0)

#define VALGRIND_MAKE_MEM_NOACCESS(addr, size)			ASAN_TELL(poison, addr, size)
#define VALGRIND_MAKE_MEM_DEFINED(addr, size)			ASAN_TELL(unpoison, addr, size)
#define VALGRIND_MAKE_MEM_UNDEFINED(addr, size)			ASAN_TELL(unpoison, addr, size)
#define VALGRIND_MEMPOOL_ALLOC(context, addr, size)		ASAN_TELL(unpoison, addr, size)
/* with assertions, what is freed is wiped, and told as not accessible by that */
#define VALGRIND_MEMPOOL_FREE(context, addr) ((void) 0)
#define VALGRIND_MEMPOOL_CHANGE(context, old, new, size) ASAN_TELL(unpoison, new, size)
#define VALGRIND_CREATE_MEMPOOL(context, redzones, zeroed) ((void) 0)
#define VALGRIND_DESTROY_MEMPOOL(context) ((void) 0)
#define VALGRIND_CHECK_MEM_IS_DEFINED(addr, size) ((void) 0)

#endif
