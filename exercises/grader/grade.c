/* SPDX-License-Identifier: 0BSD */
/*
 * grade.c - judges the program of one exercise
 *
 * Usage: grade [-l SECONDS] [-s SEED] [-t] EXERCISE PROGRAM
 *        -l  time for one check; default 30
 *        -s  what names, sizes and contents depend on
 *        -t  for programs: a line for each check, "pass", "fail",
 *            "skip" or "error", a tab, its id, a tab, what was seen
 *
 * The checks run one after the other until one fails, each in a
 * process of its own: whatever happens to it, this one goes on. A
 * skip is not a pass.
 *
 * Exit status: 0 all passed; 1 one failed; 2 wrong usage; 77 some
 * were skipped, the others passed; 125 the grader cannot work here.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"
#include "check.h"
#include "park.h"
#include "report.h"
#include "world.h"

#define USAGE \
    "usage: grade [-l SECONDS] [-s SEED] [-t] EXERCISE PROGRAM\n"

enum { PASS, FAIL, SKIP = 77, CANNOT = 125 };
enum { DEFAULT_SIZE = 16 << 20 };

/* What the process of a check has to say, shared with it. */
static int report_fd = -1;

/* What because() has said. */
static const char *reason, *place;

static void
say(const char *text)
{
    if (write(report_fd, text, strlen(text)) == -1)
        err(CANNOT, "write");
}

void
fail(const char *expected, const char *seen, ...)
{
    char text[400];
    va_list args;

    va_start(args, seen);
    vsnprintf(text, sizeof(text), seen, args);
    va_end(args);
    say(text);
    say("\n");
    say(expected);
    if (reason != NULL) {
        say("\n");
        say(reason);
        say("\n");
        say(place);
    }
    _exit(FAIL);
}

void
because(const char *why, const char *read)
{
    reason = why;
    place = read;
}

void
cannot(const char *why)
{
    say(why);
    _exit(SKIP);
}

void
must(int result, const char *what)
{
    if (result == -1)
        err(CANNOT, "no world of its own: %s", what);
}

/* The process of one check. */
static _Noreturn void
run(const struct check *check, unsigned int seconds)
{
    char left[200];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGALRM, SIG_DFL);
    alarm(seconds);
    if (check->needs_friend && !world_has_friend())
        cannot("it takes two users: run the grader as root");
    world_begin(check->shm_size == 0 ? DEFAULT_SIZE
                                     : check->shm_size);
    check->run();
    actors_end();
    if (world_left(left, sizeof(left)) > 0)
        fail("nothing is left when all have ended", "left: %s",
             left);
    world_end();
    _exit(PASS);
}

/* Runs one check. Returns how it ended, and what it said. */
static int
result_of(const struct check *check, unsigned int seconds,
          char *said, size_t size)
{
    int pipefd[2], status;
    size_t used = 0;
    ssize_t n;
    pid_t pid;

    fflush(NULL);
    if (pipe(pipefd) == -1)
        err(CANNOT, "pipe");
    pid = fork();
    if (pid == -1)
        err(CANNOT, "fork");
    if (pid == 0) {
        close(pipefd[0]);
        report_fd = pipefd[1];
        run(check, seconds);
    }
    close(pipefd[1]);
    while (used < size - 1 &&
           (n = read(pipefd[0], said + used, size - 1 - used)) > 0)
        used += (size_t)n;
    said[used] = '\0';
    close(pipefd[0]);
    if (waitpid(pid, &status, 0) == -1)
        err(CANNOT, "waitpid");
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    snprintf(said, size, "%s\nit ends within %u s",
             WTERMSIG(status) == SIGALRM ? "it takes too long"
                                         : "the check was killed",
             seconds);
    return WTERMSIG(status) == SIGALRM ? FAIL : CANNOT;
}

/* All checks, up to the first that fails. */
static int
grade(int exercise, unsigned int seconds, uint64_t seed, bool terse)
{
    const struct check *check = exercises[exercise];
    char said[1024], passed[1024] = "";
    int result = PASS;

    for (int i = 0; check[i].id != NULL; i++) {
        int status;

        seed_with(seed + (uint64_t)exercise * 1000 + (uint64_t)i);
        status = result_of(&check[i], seconds, said, sizeof(said));
        switch (status) {
        case PASS:
            if (terse)
                report_line("pass", &check[i], "");
            else
                snprintf(passed + strlen(passed),
                         sizeof(passed) - strlen(passed), "%s%s",
                         *passed == '\0' ? "" : ", ",
                         strchr(check[i].id, '.') + 1);
            break;
        case SKIP:
            if (terse)
                report_line("skip", &check[i], said);
            else
                printf("  SKIP  %s: %s\n", check[i].id, said);
            result = SKIP;
            break;
        case FAIL:
            if (terse)
                report_line("fail", &check[i], said);
            else
                report_failure(&check[i], passed, said);
            return FAIL;
        default:
            if (terse)
                report_line("error", &check[i], said);
            return CANNOT;
        }
    }
    if (result == SKIP && !terse)
        report_field("passed", passed);
    for (int i = 0; !terse && result == PASS && check[i].id != NULL;
         i++)
        printf("  ok    %s\n", check[i].proves);
    return result;
}

/* A whole number up to max, or a complaint. */
static unsigned long
parse(const char *s, const char *what, unsigned long max)
{
    char *end;
    unsigned long n;

    errno = 0;
    n = strtoul(s, &end, 10);
    if (*s < '0' || *s > '9' || *end != '\0' || errno != 0 ||
        n > max) {
        warnx("%s is not from 0 to %lu: %s", what, max, s);
        fputs(USAGE, stderr);
        exit(2);
    }
    return n;
}

int
main(int argc, char *argv[])
{
    unsigned long seconds = 30, seed = 1, exercise;
    bool terse = false;
    int opt, result;

    while ((opt = getopt(argc, argv, "l:s:th")) != -1) {
        switch (opt) {
        case 'l':
            seconds = parse(optarg, "SECONDS", 600);
            break;
        case 's':
            seed = parse(optarg, "SEED", 0xffffffff);
            break;
        case 't':
            terse = true;
            break;
        case 'h':
            fputs(USAGE, stdout);
            exit(EXIT_SUCCESS);
        default:
            fputs(USAGE, stderr);
            exit(2);
        }
    }
    if (argc - optind != 2) {
        warnx("expected an exercise and a program");
        fputs(USAGE, stderr);
        exit(2);
    }
    exercise = parse(argv[optind], "EXERCISE",
                     (unsigned long)n_exercises - 1);
    if (exercises[exercise] == NULL)
        errx(2, "there is no exercise %lu", exercise);
    world_program(argv[optind + 1]);
    park_prepare();
    result = grade((int)exercise, (unsigned int)seconds, seed,
                   terse);
    if (fflush(stdout) == EOF || ferror(stdout))
        err(CANNOT, "stdout");
    exit(result);
}
