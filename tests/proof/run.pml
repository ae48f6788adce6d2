/*
 * The scheduler, the journal and crashes of a run, for the model checker spin.
 *
 * Node 1 follows node 0, node 2 stands beside them; SLOTS attempts run at a time. Place N is the run itself. The status
 * of each is kept twice, and beside it what others know and do:
 *   live       what the scheduler believes: it runs ahead of the disk
 *   durable    what a process finds after a crash
 *   told       whether somebody outside was told of its completion; undone: of the end of its compensation
 *   performing whether its action really runs in this process; undoing: whose compensation does
 * The one rule: a batch is appended at once; what it causes and what is told of it waits until it is durable. A crash
 * forgets any part of the journal that is not durable, from its end.
 *
 * A run that fails or is cancelled undoes what had completed, the last one first, one at a time (C9). Node 2 may be a
 * call: its action is a child run with a journal of its own, which no crash of the caller forgets (C10.3).
 *
 * Each change of a node's status carries the label FROM_to_TO, each one of the run's run_FROM_to_TO; a test compares the
 * labels with the code's transition tables.
 * What is proven: no lost completion, no double confirmation, no attempt of what was confirmed, slots are kept, an
 * action runs once more per crash at the most, what completed is undone once and in order when the run comes to a bad
 * end and never else, a child begins once and nothing of it is left by a run that did not complete, and every run comes
 * to its end (no invalid end state).
 *
 * To keep the search small a run has one feature at a time (init); THOROUGH combines more of them.
 */

#define N 3
#define RUN N
#define NOBODY 255
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define QUEUE 14
#ifndef THOROUGH
#define THOROUGH 0
#endif

mtype = { pending, running, retrying, waiting, in_doubt, completed, failed, skipped, bypassed, cancelled,
          compensating, compensated, compensation_failed, cancelling, rolling_back };

mtype live[4] = pending, durable[4] = pending;
bool told[N], undone[N], performing[N], unsafe[N], declares[N];
byte effects[N], failures[N], waits[N], undo_effects[N], undo_failures[N];
byte place[N]; /* in which order those that are to be undone completed, from 1; 0: not at all */
byte crashes, busy, undoing = NOBODY;
bool over, elsewhere, patient; /* elsewhere: node 0 fires another port; patient: nobody cancels */

/* The child run of node 2, as its own journal has it; the rest of this is forgotten with the process. */
mtype child = pending;
bool calls, begun, child_undone;
bool named, named_durably; /* the caller's journal holds its name */
bool here, asked, news;    /* this process works on it; it is asked to end; it has something to report */

/* The part of the journal that is not durable: changes of status, oldest first. */
byte who[QUEUE], length;
mtype what[QUEUE];
bool starts[QUEUE];

#define UNDONE(s) (s == compensated || s == compensation_failed)
#define DONE(s) (s == completed || s == compensating || UNDONE(s))
#define FINAL(s) (DONE(s) || s == failed || s == skipped || s == bypassed || s == cancelled)
#define GONE_WRONG(s) (s == failed || s == skipped || s == cancelled)
#define TAKEN(i) (i != 1 || (live[0] == completed && !elsewhere))
#define STOPS (live[RUN] == cancelling)
#define GOES_ON (live[RUN] == running)
#define ALL(of) (FINAL(of[0]) && FINAL(of[1]) && FINAL(of[2]))
#define ANY_FAILED (live[0] == failed || live[1] == failed || live[2] == failed)
#define LEFT(of, i) (place[i] > 0 && (of[i] == completed || of[i] == compensating))
#define ANY_LEFT(of) (LEFT(of, 0) || LEFT(of, 1) || LEFT(of, 2))
#define LATER(i, k) (i != k && place[i] > place[k])
#define LAST(k) (LEFT(live, k) && !(LATER(0, k) && LEFT(live, 0)) && !(LATER(1, k) && LEFT(live, 1)) \
    && !(LATER(2, k) && LEFT(live, 2)))
#define PLACES ((place[0] > 0) + (place[1] > 0) + (place[2] > 0))

inline append(i, s, begins) {
    assert(length < QUEUE);
    who[length] = i;
    what[length] = s;
    starts[length] = begins;
    length++;
    live[i] = s
}

/* A node completed: what is to be undone one day takes its place in the order of completions. */
inline complete(i) {
    append(i, completed, false);
    if
    :: declares[i] -> place[i] = PLACES + 1
    :: else
    fi
}

/* The oldest change reaches the disk. */
inline reach_disk(k, j) {
    k = who[0];
    durable[k] = what[0];
    if
    :: calls && k == 2 && what[0] == waiting -> named_durably = true
    :: else
    fi;
    j = 0;
    do
    :: j + 1 < length -> who[j] = who[j + 1]; what[j] = what[j + 1]; starts[j] = starts[j + 1]; j++
    :: else -> break
    od;
    length--;
    who[length] = 0;
    what[length] = 0;
    starts[length] = false
}

/* Whoever looks at the journal sees a completion, or the end of a compensation, for the first time. */
inline tell(k) {
    assert(!told[k]);
    told[k] = true
}

inline tell_undone(k) {
    assert(told[k]);
    assert(!undone[k]);
    undone[k] = true
}

/* A call lets its child begin or go on, or ends it when the run is being cancelled. */
inline work_on_child() {
    here = true;
    if
    :: STOPS -> asked = true; news = (child != running)
    :: else ->
        if
        :: child == pending -> assert(!begun); begun = true; child = running
        :: child != pending && child != running -> news = true
        :: else
        fi
    fi
}

/* What a call has heard counts once. */
inline heard() { here = false; asked = false; news = false }

proctype Node(byte i) {
    do
    :: over -> break

    /* the scheduler starts what is ready */
    :: atomic { GOES_ON && live[i] == pending && TAKEN(i) && busy < SLOTS ->
        pending_to_running: append(i, running, true); busy++ }
    :: atomic { live[i] == retrying && GOES_ON && busy < SLOTS ->
        retrying_to_running: append(i, running, true); busy++ }
    :: atomic { live[i] == in_doubt && GOES_ON && busy < SLOTS ->
        in_doubt_to_running: append(i, running, true); busy++ }

    /* an attempt ends */
    :: atomic { performing[i] && !(calls && i == 2) ->
        running_to_completed: performing[i] = false; busy--; complete(i) }
    :: atomic { performing[i] && failures[i] < 1 && GOES_ON ->
        running_to_retrying: performing[i] = false; busy--; failures[i]++; append(i, retrying, false) }
    :: atomic { performing[i] && !(calls && i == 2) ->
        running_to_failed: performing[i] = false; busy--; append(i, failed, false) }
    :: atomic { performing[i] && waits[i] < 1 && GOES_ON ->
        running_to_waiting: performing[i] = false; busy--; waits[i]++; append(i, waiting, false) }
    :: atomic { performing[i] && durable[RUN] == cancelling && !(calls && i == 2 && named) ->
        running_to_cancelled: performing[i] = false; busy--; append(i, cancelled, false) }

    /* what it waited for arrives: both events are one batch, and no action runs */
    :: atomic { live[i] == waiting && GOES_ON && !(calls && i == 2) ->
        waiting_to_running: append(i, running, false); complete(i) }

    /* a person decides a doubt */
    :: atomic { live[i] == in_doubt && GOES_ON ->
        in_doubt_to_completed: complete(i) }
    :: atomic { live[i] == in_doubt ->
        in_doubt_to_failed: append(i, failed, false) }

    /* what never runs; a call whose child is known waits for it all the same, for only the child knows how it stands */
    :: atomic { live[i] == pending && !(calls && i == 2 && named) && (STOPS || (i == 1 && GONE_WRONG(live[0]))) ->
        pending_to_skipped: append(i, skipped, false) }
    :: atomic { calls && i == 2 && live[i] == pending && named && STOPS ->
        append(i, running, false); append(i, waiting, true) }
    :: atomic { i == 1 && live[i] == pending && GOES_ON && live[0] == completed && elsewhere ->
        pending_to_bypassed: append(i, bypassed, false) }
    :: atomic { live[i] == retrying && STOPS ->
        retrying_to_cancelled: append(i, cancelled, false) }
    :: atomic { live[i] == waiting && STOPS && !(calls && i == 2) ->
        waiting_to_cancelled: append(i, cancelled, false) }

    /* an attempt of a compensation ends: well, to be tried again, or for good */
    :: atomic { undoing == i && !(calls && i == 2 && child != cancelled) ->
        compensating_to_compensated: undoing = NOBODY; busy--; append(i, compensated, false) }
    :: atomic { undoing == i && undo_failures[i] < 1 && !(calls && i == 2) ->
        undoing = NOBODY; busy--; undo_failures[i]++; append(i, compensating, false) }
    :: atomic { undoing == i && !(calls && i == 2 && child != cancelled) ->
        compensating_to_compensation_failed: undoing = NOBODY; busy--; append(i, compensation_failed, false) }
    od
}

/* Node 2 as a call, and the child run that it works on: what the child does is durable at once, in its own journal. */
proctype Call() {
    do
    :: over -> break
    :: atomic { calls && performing[2] && (GOES_ON || named) ->
        performing[2] = false; busy--; append(2, waiting, true); named = true }
    :: atomic { calls && live[2] == waiting && durable[2] == waiting && durable[RUN] == cancelling && !asked -> work_on_child() }

    :: atomic { here && child == running -> child = completed; news = true }
    :: atomic { here && child == running -> child = failed; news = true }
    :: atomic { asked && child == running -> child = cancelled; news = true }
    :: atomic { calls && undoing == 2 && child == completed -> assert(!child_undone); child_undone = true; child = cancelled }

    /* one that had completed before the cancel reached it has: else nobody would undo it */
    :: atomic { news && live[2] == waiting && child == completed -> heard(); append(2, running, false); complete(2) }
    :: atomic { news && live[2] == waiting && child == failed && !asked ->
        heard(); append(2, running, false); append(2, failed, false) }
    :: atomic { news && live[2] == waiting && child != completed && asked -> heard(); append(2, cancelled, false) }
    od
}

/* The part of the scheduler that ends the run, and rolls it back first when it must. */
proctype Ending() {
    do
    :: over -> break
    :: atomic { GOES_ON && ALL(live) && !ANY_FAILED ->
        run_running_to_completed: append(RUN, completed, false) }
    :: atomic { GOES_ON && ALL(live) && ANY_FAILED && !ANY_LEFT(live) ->
        run_running_to_failed: append(RUN, failed, false) }
    :: atomic { GOES_ON && ALL(live) && ANY_FAILED && ANY_LEFT(live) ->
        run_running_to_rolling_back: append(RUN, rolling_back, false) }
    :: atomic { STOPS && ALL(live) && !ANY_LEFT(live) ->
        run_cancelling_to_cancelled: append(RUN, cancelled, false) }
    :: atomic { STOPS && ALL(live) && ANY_LEFT(live) ->
        run_cancelling_to_rolling_back: append(RUN, rolling_back, false) }
    :: atomic { live[RUN] == rolling_back && !ANY_LEFT(live) ->
        run_rolling_back_to_failed: append(RUN, failed, false) }

    /* the next compensation, or once more the one whose attempt failed or died: the last that had completed */
    :: atomic { live[RUN] == rolling_back && busy == 0 && LAST(0) ->
        completed_to_compensating: append(0, compensating, true); busy++ }
    :: atomic { live[RUN] == rolling_back && busy == 0 && LAST(1) -> append(1, compensating, true); busy++ }
    :: atomic { live[RUN] == rolling_back && busy == 0 && LAST(2) -> append(2, compensating, true); busy++ }
    od
}

/* The disk, and the shell that obeys what has become durable. */
proctype Disk() {
    byte k, j;
    mtype change;
    bool begins;
    do
    :: over -> break
    :: d_step { length > 0 ->
        change = what[0];
        begins = starts[0];
        reach_disk(k, j);
        if
        :: k < N && change == completed -> tell(k)
        :: UNDONE(change) -> tell_undone(k)
        :: else
        fi;
        if
        :: begins && change == running ->
            assert(!told[k]);
            assert(!performing[k]);
            assert(k != 1 || durable[0] == completed);
            performing[k] = true;
            effects[k]++;
            assert(effects[k] <= 1 + crashes + failures[k])
        :: begins && change == waiting -> work_on_child()
        :: begins && change == compensating ->
            assert(durable[RUN] == rolling_back);
            assert(told[k] && !undone[k]);
            assert(undoing == NOBODY);
            assert(!LATER(0, k) || undone[0]);
            assert(!LATER(1, k) || undone[1]);
            assert(!LATER(2, k) || undone[2]);
            undoing = k;
            undo_effects[k]++;
            assert(undo_effects[k] <= 1 + crashes + undo_failures[k])
        :: else
        fi;
        assert(performing[0] + performing[1] + performing[2] <= (undoing == NOBODY -> SLOTS : 0));
        k = 0; j = 0; change = 0; begins = false }
    od
}

/* Somebody cancels; the process is killed and another one takes over; the run ends. */
proctype World() {
    byte k, j;
    do
    :: d_step { length == 0 && (durable[RUN] == completed || durable[RUN] == failed || durable[RUN] == cancelled) ->
        assert(ALL(durable));
        assert(!ANY_FAILED || durable[RUN] != completed);
        if
        :: durable[RUN] == completed -> assert(!(undone[0] || undone[1] || undone[2]))
        :: else -> assert(!ANY_LEFT(durable))
        fi;
        assert(undone[0] == UNDONE(durable[0]) && undone[1] == UNDONE(durable[1]) && undone[2] == UNDONE(durable[2]));
        assert(child != running);
        assert(child != completed || (durable[2] == completed && durable[RUN] == completed));
        over = true } -> break
    :: atomic { GOES_ON && !patient ->
        run_running_to_cancelling: append(RUN, cancelling, false) }
    :: atomic { crashes < CRASHES && !over ->
        crashes++;
        /* some of the tail had reached the disk, the rest is lost */
        do
        :: length > 0 -> reach_disk(k, j)
        :: break
        od;
        do
        :: length > 0 -> length--; who[length] = 0; what[length] = 0; starts[length] = false
        :: else -> break
        od;
        busy = 0;
        undoing = NOBODY;
        live[RUN] = durable[RUN];
        named = named_durably;
        heard();
        k = 0;
        do
        :: k < N ->
            assert(!told[k] || DONE(durable[k]));
            assert(!undone[k] || UNDONE(durable[k]));
            live[k] = durable[k];
            performing[k] = false;
            place[k] = (DONE(durable[k]) -> place[k] : 0);
            if
            :: DONE(durable[k]) && !told[k] -> tell(k)
            :: else
            fi;
            if
            :: UNDONE(durable[k]) && !undone[k] -> tell_undone(k)
            :: else
            fi;
            if
            :: live[k] == running && !STOPS && unsafe[k] -> running_to_in_doubt: append(k, in_doubt, false)
            :: live[k] == running && !STOPS && !unsafe[k] -> running_to_pending: append(k, pending, false)
            :: live[k] == running && STOPS && k == 2 && named -> append(k, waiting, true)
            :: live[k] == running && STOPS && !(k == 2 && named) -> append(k, cancelled, false)
            :: live[k] == waiting && calls && k == 2 -> work_on_child()
            :: else
            fi;
            k++
        :: else -> break
        od;
        k = 0; j = 0 }
    od
}

/* Attempts do not fail to be tried again, and nothing waits but calls. */
inline once() {
    failures[0] = 1; failures[1] = 1; failures[2] = 1;
    waits[0] = 1; waits[1] = 1; waits[2] = 1
}

init {
    atomic {
        live[RUN] = running;
        durable[RUN] = running;
        if
        :: patient = true
        :: patient = false
        fi;
        if
        :: /* every way an attempt may go; a cancel finds them all the same whichever way node 0 goes */
            if
            :: patient || (THOROUGH) -> elsewhere = true
            :: elsewhere = false
            fi;
            if
            :: unsafe[0] = true
            :: patient || (THOROUGH) -> unsafe[0] = false
            fi;
            unsafe[2] = true;
            failures[1] = !(THOROUGH);
            waits[2] = !(THOROUGH)
        :: /* what completed is undone: one attempt of each action, two of each compensation */
            declares[0] = true; declares[1] = true; declares[2] = true;
            once()
        :: /* node 2 calls a child run, which has something to undo */
            calls = true;
            declares[0] = true; declares[2] = true;
            once();
            undo_failures[0] = 1
        fi;
        run Node(0);
        run Node(1);
        run Node(2);
        run Call();
        run Ending();
        run Disk();
        run World()
    }
}
