/* SPDX-License-Identifier: 0BSD */
/*
 * memfd_pass.h - exercise 12: sealed memory for another process
 */
#ifndef MEMFD_PASS_H
#define MEMFD_PASS_H

#include <stddef.h>

/* Makes memory without a name, n bytes long (1 at least), with a
   copy of data in it, and seals it for good: F_SEAL_SHRINK,
   F_SEAL_GROW, F_SEAL_WRITE, and F_SEAL_SEAL.

   Returns a descriptor of it, which is close-on-exec. It belongs to
   the caller; no other one stays open, and no mapping. On error
   returns -1 and sets errno to that of the call which has failed;
   then nothing stays open or mapped. What could not be sealed is an
   error, too. */
int make_sealed(const void *data, size_t n);

/* Sends the descriptor fd over sock, a connected stream socket of
   AF_UNIX: one message, with one byte that means nothing, and with
   fd as its control data (SCM_RIGHTS). fd stays open here.

   Returns 0. On error returns -1 and sets errno to that of
   sendmsg(2): EPIPE if the peer has gone, and then there is no
   SIGPIPE. */
int send_fd(int sock, int fd);

/* Receives such a message from sock, and waits for it if need be.

   Returns the descriptor, a new one of this process, which is
   close-on-exec and belongs to the caller. On error returns -1 and
   sets errno to that of recvmsg(2); or to EPROTO if the peer has
   closed the connection, or what came does not have exactly one
   descriptor, or is not there as a whole (MSG_CTRUNC). Then no
   descriptor that came stays open. */
int receive_fd(int sock);

/* Maps the whole of the memory fd, to be read only, and stores in
   *n how many bytes it has, as the kernel says. fd comes from
   somebody whom we do not trust, who may be at work on that memory
   right now: what is mapped is sealed, and as long as *n says. fd
   stays open.

   Returns the address. On error returns NULL and sets errno: EPERM
   if F_SEAL_SHRINK, F_SEAL_GROW or F_SEAL_WRITE is missing; or else
   to that of the call which has failed: EBADF, for example, or
   EINVAL for a file that can have no seals, and for one that is
   empty. Then nothing new is mapped. (F_SEAL_SEAL may be missing or
   not: seals cannot be taken away.) */
const void *map_sealed(int fd, size_t *n);

#endif
