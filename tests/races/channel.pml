/* SPDX-License-Identifier: 0BSD */
/*
 * channel.pml - the protocol of sem-sync/channel.h as a Spin model
 *
 * A writer streams RECORDS numbered records, and the end, through a
 * ring of SLOTS to a reader. At any step either may die, leave early,
 * or have waited long enough. With WRITERS=2 another writer starts at
 * any moment, perhaps to replace what the first one has left; with
 * READERS=2 another reader.
 *
 * Spin tries every order in which the processes can take their steps.
 * A step is an "atomic": one thing that others can see, that is one
 * access to shared memory, operation on a semaphore, lock, or use of
 * the name; and what the process itself makes of it. A comment of the
 * form FUNCTION(): CODE says which line of sem-sync/channel.c that
 * is. tests/model.t looks whether it still stands there.
 *
 * What must hold is said by the assert()s, and by the formula at the
 * end. Names that begin with "was_" are notes for these; no process
 * goes by them. With a BUG_ defined Spin must find something: see
 * tests/races/model.tsv.
 *
 * Not in here: memory that is not sequentially consistent (for that
 * see threads.c), calls that fail, a peer that does not keep to the
 * protocol, naps and spinning, numbers that wrap around.
 *
 * See also: spin(1); sem-sync/channel.h, sem-sync/channel.c
 */
#ifndef SLOTS
#define SLOTS 2
#endif
#ifndef RECORDS
#define RECORDS 3
#endif
#ifndef WRITERS
#define WRITERS 1
#endif
#ifndef READERS
#define READERS 1
#endif

/* May a process leave because it wants to? */
#ifndef MAY_LEAVE
#define MAY_LEAVE true
#endif

/* Processes are numbered from 1, writers first; objects from 0. */
#define PROCESSES (WRITERS + READERS)
#define OBJECTS (2 * WRITERS - 1)
#define NONE 255

/* Roles, which are also the bytes to lock. */
#define WRITER 0
#define READER 1
#ifdef BUG_ONE_LOCK
#define STARTER WRITER
#else
#define STARTER 2
#endif

/* How long an object is. */
#define EMPTY 0
#define TAG 1
#define FULL 2

/* Values of "state" and of "end". */
#define READY 1
#define ATTACHED 2
#define GONE 3
#define COMPLETE 1
#define LEFT 2

/* What the functions return. */
#define OK 0
#define NOBODY 1
#define PEER_LEFT 2
#define PEER_DIED 3
#define INTERRUPTED 4

/* What a writer puts into a slot: first the one, then the other. */
#define HALF 255
#define DATA(writer, n) ((writer) * 16 + (n))

typedef object {
    byte length;
    bool header;
    byte state;
    byte free;
    byte filled;
    byte end[2];
    byte record_length[SLOTS];
    byte record_number[SLOTS];
    byte slot[SLOTS];

    /* In the kernel: who has locked these bytes, 0 for nobody. */
    byte lock[3];

    /* Who made it, who attached, how many records were posted? */
    byte was_writer;
    byte was_reader;
    byte was_posted;
};

object obj[OBJECTS];

/* The object that has the name, if there is one. */
byte name = NONE;

byte was_created;
bool was_killed[PROCESSES + 1];

/* Does a process wait for nobody, since it has ended, or is a reader
   that looks for a writer? It does so until its time is over. */
bool was_free[PROCESSES + 1];

/* At each step a process goes on, or dies. */
inline live_or_die()
{
    if
    :: true
    :: goto dead
    fi
}

/* Takes a lock unless somebody has it (F_OFD_SETLK) ... */
inline set_lock(role)
{
    taken = (obj[fd].lock[role] != 0);
    if
    :: !taken -> obj[fd].lock[role] = me
    :: else
    fi
}

/* ... or only looks (F_OFD_GETLK). */
inline get_lock(role)
{
    taken = (obj[fd].lock[role] != 0)
}

/* Closed, by close(2) or by death, it loses its locks. */
inline detach()
{
    if
    :: fd != NONE ->
        for (i : 0 .. 2) {
            if
            :: obj[fd].lock[i] == me -> obj[fd].lock[i] = 0
            :: else
            fi
        }
        i = 0;
        fd = NONE
    :: else
    fi
}

/* Only the owner of a name removes it. */
inline remove_name()
{
    atomic {
        live_or_die();
        owns_name = false;
        /* remove_name(): sb.st_nlink == 0 */
        i = (name == fd);
#if defined(BUG_NO_LOOK_AT_NLINK) || defined(BUG_REMOVE_ANOTHERS)
        i = 1
#endif
    };
    atomic {
        live_or_die();
        /* remove_name(): if (shm_unlink(ch->name) == -1) */
        if
        :: i == 1 ->
            assert(name == fd && obj[fd].lock[STARTER] == me);
            name = NONE;
            i = 0
        :: else
        fi
    }
}

/* The state matters to who owns the name, and to nobody else. */
inline channel_check(peer)
{
#ifndef BUG_STATE_AFTER_LOCK
    atomic {
        live_or_die();
        /* channel_check(): uint32_t state = ch->shared->state; */
        state = (owns_name -> obj[fd].state : 0)
    };
#endif
    atomic {
        live_or_die();
        /* channel_check(): lock(ch, F_OFD_GETLK, !ch->role); */
        get_lock(peer);
#ifdef BUG_NO_LOOK_AT_LOCK
        taken = true
#endif
    };
#ifdef BUG_STATE_AFTER_LOCK
    atomic {
        live_or_die();
        state = (owns_name -> obj[fd].state : 0)
    };
#endif
    atomic {
        live_or_die();
        if
        /* channel_check(): if (ch->peer->end == LEFT) */
        :: obj[fd].end[peer] == LEFT -> status = PEER_LEFT
        :: else ->
            if
            /* channel_check(): if (status != CHANNEL_NOBODY) */
            :: taken -> status = OK
            /* channel_check(): ch->owns_name && state != ATTACHED */
            :: !taken && owns_name && state != ATTACHED -> status = OK
            :: else -> status = PEER_DIED
            fi
        fi;
        state = 0;
        taken = false
    }
}

/* Waits for a semaphore, or until the status says why not. A slice
   of time is over when the process says so: slices in which nothing
   happens are one long slice, and a wait with a deadline has one. */
inline wait_for_peer(sem, peer, deadline)
{
    do
    :: atomic {
            live_or_die();
            if
            /* wait_for_peer(): if (wait_until(ch, end) == 0) */
            :: sem > 0 -> sem--; break
            /* wait_for_peer(): if (errno != ETIMEDOUT */
            :: sem == 0
            /* wait_for_peer(): while (channel_stop == 0) */
            :: sem == 0 && MAY_LEAVE -> status = INTERRUPTED; break
            fi
        };
        channel_check(peer);
        atomic {
            live_or_die();
            if
#ifndef BUG_NO_SECOND_LOOK
            /* wait_for_peer(): return sem_trywait(ch->waits_for) == 0 */
            :: status != OK && sem > 0 -> sem--; status = OK; break
#endif
            /* wait_for_peer(): now(CLOCK_MONOTONIC) >= deadline */
            :: status == OK && deadline -> status = NOBODY; break
            :: status == OK && !deadline
            :: else -> break
            fi
        }
    od
}

proctype writer(byte me)
{
    byte fd = NONE, state, status, records, n, i;
    bool taken, owns_name, complete;

    do
    :: atomic {
            live_or_die();
            /* own_name(): open_object(ch, O_CREAT, &sb, &tag); */
            if
            :: name == NONE ->
                assert(was_created < OBJECTS);
                name = was_created;
                was_created++
            :: else
            fi;
            fd = name
        };
        atomic {
            live_or_die();
            /* own_name(): lock(ch, F_OFD_SETLK, CHANNEL_STARTER); */
            set_lock(STARTER);
#ifdef BUG_NO_STARTER_LOCK
            taken = false
#endif
        };
        atomic {
            live_or_die();
            /* own_name(): if (fstat(ch->fd, &sb) == -1) */
            owns_name = (name == fd);
            i = obj[fd].length;
#ifdef BUG_NO_LOOK_AT_NLINK
            owns_name = true;
#endif
            if
            /* own_name(): if (status == CHANNEL_OK && sb.st_nlink > 0) */
            :: taken && owns_name -> owns_name = false; goto refused
            :: else -> taken = false
            fi;
            if
            /* own_name(): if (ch->owns_name && sb.st_size == 0) */
            :: owns_name && i == EMPTY -> break
            :: else -> i = 0
            fi
        };
        /* own_name(): (status = remove_name(ch)) != CHANNEL_OK) */
        if
        :: owns_name -> remove_name()
        :: else
        fi;
        atomic {
            live_or_die();
            /* own_name(): if ((status = detach(ch)) != CHANNEL_OK) */
            detach()
        }
    od;
    atomic {
        live_or_die();
        /* own_name(): lock(ch, F_OFD_SETLK, CHANNEL_WRITER); */
        set_lock(WRITER);
#ifndef BUG_ONE_LOCK
        /* own_name(): return refuse(ch, "somebody else locks it"); */
        assert(!taken);
#endif
        taken = false;
        obj[fd].was_writer = me
    };

    atomic {
        live_or_die();
        /* channel_create(): pwrite(ch->fd, &TAG, sizeof(TAG), 0) */
        obj[fd].length = TAG
    };
    atomic {
        live_or_die();
        /* channel_create(): ftruncate(ch->fd, (off_t)ch->length) */
        obj[fd].length = FULL
    };
#ifdef BUG_READY_BEFORE_HEADER
    atomic { live_or_die(); obj[fd].state = READY };
#endif
    atomic {
        live_or_die();
        /* channel_create(): sem_init(&ch->shared->filled, 1, 0) */
        obj[fd].header = true
    };
#ifndef BUG_READY_BEFORE_HEADER
    atomic {
        live_or_die();
        /* channel_create(): atomic_store_explicit(&ch->shared->state, READY, */
        obj[fd].state = READY
    };
#endif
    /* channel_create(): status = wait_for_peer(ch, seconds); */
    wait_for_peer(obj[fd].free, READER, true);
    atomic {
        if
        :: status != NOBODY -> goto waited
        :: else
        fi;
        live_or_die();
        /* channel_create(): GONE)) */
        if
#ifndef BUG_GONE_WITHOUT_COMPARING
        :: obj[fd].state != READY -> status = OK
#endif
        :: else -> obj[fd].state = GONE; goto leave
        fi
    };
    /* channel_create(): ? wait_for_peer(ch, 0) */
    wait_for_peer(obj[fd].free, READER, false);

waited:
    atomic {
        if
        :: status != OK -> goto leave
        :: else
        fi;
        live_or_die();
        /* channel_create(): if (sem_post(ch->waits_for) == -1) */
#ifndef BUG_FIRST_SLOT_NOT_POSTED_AGAIN
        obj[fd].free++
#endif
    };
    /* channel_create(): return remove_name(ch); */
    remove_name();

    do
    :: /* channel_claim(): status = wait_for_peer(ch, 0); */
#ifndef BUG_NO_WAIT_FOR_FREE
        wait_for_peer(obj[fd].free, READER, false);
#endif
        atomic {
            live_or_die();
            if
            :: status != OK -> goto leave
            /* channel_claim(): return ch->peer->end == 0 */
            :: status == OK && obj[fd].end[READER] != 0 ->
                status = PEER_LEFT;
                goto leave
            :: else
            fi;
            /* channel_claim(): (ch->records % ch->slots); */
            n = records % SLOTS;
            records++
        };
#ifdef BUG_POST_BEFORE_FILL
        atomic {
            live_or_die();
            obj[fd].filled++;
            obj[fd].was_posted++
        };
#endif

        /* The caller fills the slot, or finds that it cannot. */
        atomic {
            live_or_die();
            if
            :: obj[fd].slot[n] = HALF
            :: MAY_LEAVE -> status = INTERRUPTED; goto leave
            fi
        };
        atomic { live_or_die(); obj[fd].slot[n] = DATA(me, records) };
        atomic {
            live_or_die();
            /* channel_hand_over(): record[n].length = (uint32_t)length; */
            obj[fd].record_length[n] = (records <= RECORDS)
        };
        atomic {
            live_or_die();
            /* channel_hand_over(): record[n].number = (uint32_t)ch->records; */
            obj[fd].record_number[n] = records;
            n = 0
        };
        atomic {
            live_or_die();
#ifndef BUG_POST_BEFORE_FILL
            /* channel_hand_over(): if (sem_post(ch->posts) == -1) */
            obj[fd].filled++;
            obj[fd].was_posted++;
#endif
            if
            :: records > RECORDS -> break
            :: else
            fi
        }
    od;

    do
#ifdef BUG_DONE_UNASKED
    :: complete = true; break
#endif
    :: /* channel_hand_over(): return refuse(ch, "spoiled by the reader"); */
        assert(n < SLOTS);
        n++;
        /* channel_hand_over(): status = wait_for_peer(ch, 0); */
        wait_for_peer(obj[fd].free, READER, false);
        atomic {
            live_or_die();
            /* channel_hand_over(): ch->complete = ch->peer->end == COMPLETE; */
            complete = (obj[fd].end[READER] == COMPLETE);
            if
            /* channel_hand_over(): length == 0 && !ch->complete; i++) */
            :: complete -> status = OK; break
            /* channel_hand_over(): if (status != CHANNEL_OK && !ch->complete) */
            :: !complete && status != OK -> goto leave
            :: else
            fi
        };
        atomic {
            live_or_die();
            if
            /* channel_hand_over(): if (ch->peer->end == LEFT) */
            :: obj[fd].end[READER] == LEFT ->
                status = PEER_LEFT;
                goto leave
            :: else
            fi
        }
    od;

leave:
    /* The writer is done if the reader has said so, and only then. It
       takes nobody for dead who lives. It gives up only if nobody has
       attached. */
    atomic {
        assert(complete == (status == OK));
        assert(!complete || obj[fd].end[READER] == COMPLETE);
        assert(status != PEER_DIED || was_killed[obj[fd].was_reader]);
        assert(status != PEER_DIED || obj[fd].end[READER] != COMPLETE);
        assert(status != NOBODY || obj[fd].was_reader == 0)
    };
#ifdef BUG_REMOVE_ANOTHERS
    owns_name = (name != NONE);
#endif
    if
    /* channel_close(): if (ch->owns_name) */
    :: owns_name -> remove_name()
    :: else
    fi;
    if
    /* channel_close(): if (ch->shared != NULL && !ch->complete) */
    :: !complete ->
#ifdef BUG_POST_BEFORE_LEFT
        atomic { live_or_die(); obj[fd].filled++ };
#endif
        /* channel_close(): ch->own->end = LEFT; */
        atomic { live_or_die(); obj[fd].end[WRITER] = LEFT };
#ifndef BUG_POST_BEFORE_LEFT
        /* channel_close(): sem_post(ch->posts); */
        atomic { live_or_die(); obj[fd].filled++ }
#endif
    :: else
    fi;
refused:
    atomic {
        live_or_die();
        /* channel_close(): return detach(ch) == CHANNEL_OK */
        detach();
        was_free[me] = true;
        goto ended
    };
dead:
    atomic { was_killed[me] = true; detach(); was_free[me] = true };
ended:
    skip
}

proctype reader(byte me)
{
    byte fd = NONE, state, status, length, records, n, i;
    bool taken, owns_name;

    was_free[me] = true;
    do
    :: atomic {
            live_or_die();
            /* try_to_attach(): open_object(ch, 0, &sb, &tag); */
            fd = name;
            if
            :: fd == NONE -> goto no_writer
            :: else
            fi
        };
        atomic {
            live_or_die();
            /* open_object(): if (fstat(ch->fd, sb) == -1) */
            length = obj[fd].length
        };
        atomic {
            live_or_die();
            /* open_object(): pread(ch->fd, tag, sizeof(*tag), 0) */
            n = (obj[fd].length >= TAG);
            /* open_object(): return refuse(ch, "not a channel"); */
            assert(length == EMPTY || n == 1)
        };
        atomic {
            live_or_die();
            /* try_to_attach(): lock(ch, F_OFD_GETLK, CHANNEL_WRITER); */
            get_lock(WRITER);
            if
            /* try_to_attach(): (status != CHANNEL_OK || tag.magic == 0) */
            :: !taken || n == 0 -> goto no_writer
#ifndef BUG_NO_LOOK_AT_LENGTH
            /* try_to_attach(): if (sb.st_size < (off_t)sizeof(*shared)) */
            :: taken && n == 1 && length != FULL -> goto no_writer
#endif
            :: else -> taken = false; length = 0; n = 0
            fi
        };
        atomic {
            live_or_die();
            /* Else it would be a SIGBUS. */
            assert(obj[fd].length == FULL);
            if
            /* try_to_attach(): memory_order_acquire) == 0) */
            :: obj[fd].state == 0 -> goto no_writer
            :: else
            fi
        };
        atomic {
            live_or_die();
            /* try_to_attach(): "not as long as its header says"); */
            assert(obj[fd].header)
        };
#ifndef BUG_LOCK_IN_VAIN
        atomic {
            live_or_die();
            /* try_to_attach(): if (shared->state != READY && */
            n = obj[fd].state
        };
        atomic {
            live_or_die();
            /* try_to_attach(): lock(ch, F_OFD_GETLK, CHANNEL_READER) */
            get_lock(READER);
            if
            :: n != READY && !taken -> goto no_writer
            :: else -> n = 0
            fi
        };
#endif
#if !defined(BUG_NO_READER_LOCK) && !defined(BUG_LOCK_AFTER_ATTACHED)
        atomic {
            live_or_die();
            /* try_to_attach(): lock(ch, F_OFD_SETLK, CHANNEL_READER); */
            set_lock(READER);
            if
            /* try_to_attach(): return refuse(ch, "another reader is there"); */
            :: taken -> goto refused
            :: else
            fi
        };
#endif
#ifdef BUG_ATTACH_WITHOUT_COMPARING
        atomic {
            live_or_die();
            if
            :: obj[fd].state != READY -> goto no_writer
            :: else
            fi
        };
#endif
        atomic {
            live_or_die();
            if
#ifndef BUG_ATTACH_WITHOUT_COMPARING
            /* try_to_attach(): !atomic_compare_exchange_strong(&shared->state, */
            :: obj[fd].state != READY -> goto no_writer
#endif
            :: else
            fi;
            /* The first to attach, and the writer has not given up. */
            assert(obj[fd].state != GONE && obj[fd].was_reader == 0);
            obj[fd].state = ATTACHED;
            obj[fd].was_reader = me
        };
#ifdef BUG_LOCK_AFTER_ATTACHED
        atomic { live_or_die(); set_lock(READER) };
#endif
        atomic {
            live_or_die();
            /* try_to_attach(): lock(ch, F_OFD_GETLK, CHANNEL_WRITER); */
            get_lock(WRITER);
#ifdef BUG_NO_LOOK_AFTER_ATTACHED
            taken = true;
#endif
            /* Who has that lock is the one who made the object. */
            assert(!taken || obj[fd].lock[WRITER] == obj[fd].was_writer);
            if
            :: taken -> taken = false; was_free[me] = false; break
            :: else
            fi
        };
no_writer:
        atomic {
            live_or_die();
            /* channel_attach(): if ((status = detach(ch)) != CHANNEL_OK) */
            detach();
            taken = false;
            length = 0;
            n = 0;
            /* channel_attach(): now(CLOCK_MONOTONIC) >= deadline) */
            if
            :: true
            :: goto ended
            fi
        }
    od;
#ifdef BUG_A_SLOT_TOO_MANY
    atomic { live_or_die(); obj[fd].free++ };
#endif
    do
    :: atomic {
            live_or_die();
            if
            /* try_to_attach(): if (sem_post(ch->posts) == -1) */
            :: n < SLOTS -> obj[fd].free++; n++
            :: else -> n = 0; break
            fi
        }
    od;

    do
    :: /* channel_claim(): status = wait_for_peer(ch, 0); */
        wait_for_peer(obj[fd].filled, WRITER, false);
        atomic {
            if
            :: status != OK -> goto leave
            :: else
            fi;
            live_or_die();
            /* channel_claim(): (ch->records % ch->slots); */
            n = records % SLOTS;
            /* channel_claim(): number = ch->shared->record[n].number; */
            i = obj[fd].record_number[n]
        };
        atomic {
            live_or_die();
            /* channel_claim(): *length = ch->shared->record[n].length; */
            length = obj[fd].record_length[n];
            if
            /* channel_claim(): if (number == (uint32_t)(ch->records + 1) */
            :: i == records + 1 -> i = 0; records++
            :: else -> i = 0; length = 0; goto no_record
            fi
        };
#ifdef BUG_HAND_BACK_BEFORE_COPYING
        atomic { live_or_die(); obj[fd].free = obj[fd].free + length };
#endif

        /* The caller empties the slot, or finds that it cannot. The
           record whose turn it is stands there, until the end. */
        atomic {
            live_or_die();
            assert(obj[fd].slot[n] == DATA(obj[fd].was_writer, records));
            if
            :: true
            :: MAY_LEAVE -> status = INTERRUPTED; goto leave
            fi
        };
        atomic {
            live_or_die();
            assert(obj[fd].slot[n] == DATA(obj[fd].was_writer, records));
            n = 0
        };
#ifdef BUG_COMPLETE_AFTER_POST
        atomic { live_or_die(); obj[fd].free++ };
#endif
        if
        /* channel_hand_over(): ch->own->end = COMPLETE; */
        :: length == 0 ->
            atomic { live_or_die(); obj[fd].end[READER] = COMPLETE }
        :: else
        fi;
        atomic {
            live_or_die();
            /* channel_hand_over(): if (sem_post(ch->posts) == -1) */
#if defined(BUG_HAND_BACK_BEFORE_COPYING)
            obj[fd].free = obj[fd].free + 1 - length;
#elif !defined(BUG_COMPLETE_AFTER_POST)
            obj[fd].free++;
#endif
            if
            :: length == 0 -> goto leave
            :: else -> length = 0
            fi
        }
    od;

no_record:
    atomic {
        live_or_die();
        /* channel_claim(): return ch->peer->end == LEFT */
        assert(obj[fd].end[WRITER] == LEFT);
        status = PEER_LEFT;
        n = 0
    };

leave:
    /* The stream is complete if all is here. Of one that was cut all
       is here that was handed over. The reader takes nobody for dead
       who lives. */
    atomic {
#ifdef BUG_DEATH_IS_THE_END
        if
        :: status == PEER_DIED -> status = OK
        :: else
        fi;
#endif
        assert(status != OK || records == RECORDS + 1);
        assert((status != PEER_DIED && status != PEER_LEFT) ||
            records == obj[fd].was_posted);
        assert(status != PEER_DIED || was_killed[obj[fd].was_writer])
    };
    if
    /* channel_close(): if (ch->shared != NULL && !ch->complete) */
    :: status != OK ->
        /* channel_close(): ch->own->end = LEFT; */
        atomic { live_or_die(); obj[fd].end[READER] = LEFT };
        /* channel_close(): sem_post(ch->posts); */
        atomic { live_or_die(); obj[fd].free++ }
    :: else
    fi;
refused:
    atomic {
        live_or_die();
        /* channel_close(): return detach(ch) == CHANNEL_OK */
        detach();
        was_free[me] = true;
        goto ended
    };
dead:
    atomic { was_killed[me] = true; detach(); was_free[me] = true };
ended:
    skip
}

init
{
    byte i;

    atomic {
        for (i : 1 .. WRITERS) { run writer(i) }
        for (i : WRITERS + 1 .. PROCESSES) { run reader(i) }
        i = 0
    };

    /* When all have ended: only who was killed leaves the name. */
    _nr_pr == 1;
    assert(name == NONE || was_killed[1] || (WRITERS == 2 && was_killed[2]))
}

/* Nobody waits for a peer for ever, if every process goes on as long as
   it can. Spin must be told to assume this (-f). */
ltl nobody_waits_for_ever {
    <> [] (was_free[1] && was_free[2] && was_free[PROCESSES])
}
