/* SPDX-License-Identifier: 0BSD */
/*
 * dump_counters.c - what gcov counts in processes that end
 * otherwise
 *
 * gcov writes a process's counters when it calls exit(3). Those of
 * a child that calls _exit(2), or of a process that raises the
 * signal that kills it, would be lost. Linked into the coverage
 * build alone, see tests/coverage, with --wrap for both calls.
 * (Before execve(2) gcc does the same by itself, if it may know the
 * function: with -std=gnu17.)
 *
 * Who is killed by others, or by a fault, takes its counters along.
 *
 * See also: gcov(1), gcov-tool(1), ld(1)
 */
#include <signal.h>
#include <unistd.h>

void __gcov_dump(void);
void __gcov_reset(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
int __real_raise(int sig);
int __wrap_raise(int sig);

_Noreturn void
__wrap__exit(int status)
{
    __gcov_dump();
    __real__exit(status);
}

/* If the signal does not end the process, its exit dumps again. */
int
__wrap_raise(int sig)
{
    __gcov_dump();
    __gcov_reset();
    return __real_raise(sig);
}
