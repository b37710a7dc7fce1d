/* SPDX-License-Identifier: 0BSD */
/*
 * uml_xstate.c - lets User Mode Linux 6.1 run on newer processors
 *
 * To be preloaded. That kernel keeps 2696 bytes of a process's
 * floating-point registers; where a processor has more (AMX),
 * ptrace(PTRACE_SETREGSET) wants all of them. The rest is taken
 * from what the process has.
 *
 * See also: ptrace(2); under_uml
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

typedef long function(int request, int pid, long addr,
                      struct iovec *part);

long ptrace_xstate(int request, int pid, long addr,
                   struct iovec *part) __asm__("ptrace");

long
ptrace_xstate(int request, int pid, long addr, struct iovec *part)
{
    static char registers[65536];
    struct iovec whole = {registers, sizeof(registers)};
    function *real;

    /* A void pointer that is a function: dlsym(3), POSIX. */
    *(void **)&real = dlsym(RTLD_NEXT, "ptrace");
    if (request != PTRACE_SETREGSET || addr != NT_X86_XSTATE ||
        real(PTRACE_GETREGSET, pid, addr, &whole) == -1)
        return real(request, pid, addr, part);
    memcpy(registers, part->iov_base, part->iov_len);
    return real(request, pid, addr, &whole);
}
