/* SPDX-License-Identifier: 0BSD */
/*
 * main.c - the program around host_open(): see README.md
 *
 * Usage: unlink host NAME [SECONDS]    waits for a guest
 *        unlink parent NAME [SECONDS]  has a child that ends
 *        unlink alone NAME             ends without waiting
 *        unlink guest NAME [SECONDS]
 *
 * SECONDS is how long it stays when the two have met.
 */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gate.h"
#include "unlink.h"

static void
stay(const char *seconds)
{
    if (seconds != NULL)
        sleep((unsigned int)strtoul(seconds, NULL, 10));
}

/* The name is in a variable that is used for other things later. */
static struct box *
open_box(const char *name)
{
    struct box *box;
    char buf[300];

    snprintf(buf, sizeof(buf), "%s", name);
    gate(GATE_BEGIN, 0);
    box = host_open(buf);
    memset(buf, '?', sizeof(buf) - 1);
    gate_pointer(GATE_RETURNED, box);
    if (box == NULL)
        err(EXIT_FAILURE, "host_open: %s", name);
    snprintf(box->text, sizeof(box->text), "left by process %ld",
             (long)getpid());
    return box;
}

/* A child that does nothing. It leaves by exit(3), as all do who
   return from main(). */
static void
have_a_child(void)
{
    pid_t pid = fork();

    if (pid == -1)
        err(EXIT_FAILURE, "fork");
    if (pid == 0)
        exit(EXIT_SUCCESS);
    if (waitpid(pid, NULL, 0) == -1)
        err(EXIT_FAILURE, "waitpid");
    puts("my child has ended");
    gate(GATE_INSIDE, 0);
}

/* Interrupts what blocks, and does nothing else. */
static void
interrupt(int sig)
{
    gate(GATE_SIGNAL, sig);
}

static void
wait_for_guest(struct box *box, const char *seconds)
{
    struct sigaction act = {.sa_handler = interrupt};
    int result;

    sigaction(SIGUSR1, &act, NULL);
    puts("waiting for a guest");
    fflush(stdout);
    result = host_wait(box);
    gate(GATE_RETURNED, result);
    if (result == -1)
        err(EXIT_FAILURE, "host_wait");
    puts("a guest has come");
    fflush(stdout);
    stay(seconds);
}

static void
guest(const char *name, const char *seconds)
{
    struct box *box;

    gate(GATE_BEGIN, 0);
    box = guest_open(name);
    gate_pointer(GATE_RETURNED, box);
    if (box == NULL)
        err(EXIT_FAILURE, "guest_open: %s", name);
    stay(seconds);
    printf("in the box: %s\n", box->text);
    strcpy(box->text, "taken");
    gate(GATE_LEAVE, 0);
}

int
main(int argc, char *argv[])
{
    const char *role = argc == 3 || argc == 4 ? argv[1] : "";
    const char *seconds = argc == 4 ? argv[3] : NULL;

    if (strcmp(role, "host") == 0) {
        wait_for_guest(open_box(argv[2]), seconds);
    } else if (strcmp(role, "parent") == 0) {
        struct box *box = open_box(argv[2]);

        have_a_child();
        wait_for_guest(box, seconds);
    } else if (strcmp(role, "alone") == 0) {
        open_box(argv[2]);
    } else if (strcmp(role, "guest") == 0) {
        guest(argv[2], seconds);
    } else {
        errx(2, "usage: unlink host|parent|guest NAME [SECONDS]\n"
                "       unlink alone NAME");
    }
    exit(EXIT_SUCCESS);
}
