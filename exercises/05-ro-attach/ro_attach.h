/* SPDX-License-Identifier: 0BSD */
/*
 * ro_attach.h - exercise 05: attaching to read, and nothing else
 */
#ifndef RO_ATTACH_H
#define RO_ATTACH_H

#include <stddef.h>
#include <stdint.h>

/* How each object begins; what comes after it is up to those who
   use it. An object that has no room for it is not one of ours. */
struct ro_header {
    uint32_t kind;
    uint32_t version;
};

/* Maps the object name as a whole, shared, for reading only: the
   caller sees what others write later, and nobody in this process
   can make the mapping writable, by mprotect(2), afterwards. It is
   enough that the caller may read the object (mode 0400, for
   example). No descriptor stays open, and no other mapping.

   Returns the address of its first byte and sets *length to the
   number of its bytes, which is that of the very object that is
   mapped, whoever gets the name meanwhile.

   On error returns NULL, sets errno, leaves *length alone, and
   neither a mapping nor a descriptor stays. errno is EINVAL if the
   object is shorter than struct ro_header, else that of the call
   which has failed. Nothing is ever created. */
const void *attach_ro(const char *name, size_t *length);

#endif
