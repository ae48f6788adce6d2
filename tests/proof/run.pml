/*
 * The scheduler, the journal and crashes of a run, for the model checker spin.
 *
 * Node 1 follows node 0, node 2 stands beside them; SLOTS attempts run at a time. Each node is kept four times:
 *   live       what the scheduler believes: it runs ahead of the disk
 *   durable    what a process finds after a crash
 *   told       whether somebody outside was told of its completion
 *   performing whether its action really runs in this process
 * The one rule: a batch is appended at once; what it causes and what is told of it waits until it is durable. A crash
 * forgets any part of the journal that is not durable, from its end.
 *
 * Each change of a status carries the label FROM_to_TO; a test compares the labels with the code's transition table.
 * What is proven: no lost completion, no double confirmation, no attempt of what was confirmed, slots are kept, an
 * action runs once more per crash at the most, and every run comes to its end (no invalid end state).
 */

#define N 3
#ifndef SLOTS
#define SLOTS 1
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define QUEUE 12

mtype = { pending, running, retrying, waiting, in_doubt, completed, failed, skipped, bypassed, cancelled };

mtype live[N] = pending, durable[N] = pending;
bool told[N], performing[N], unsafe[N];
byte effects[N], confirmed[N], failures[N], waits[N];
byte crashes, busy;
bool cancelling, over, elsewhere, patient; /* elsewhere: node 0 fires another port; patient: nobody cancels */

/* The part of the journal that is not durable: changes of status, oldest first. */
byte who[QUEUE], length;
mtype what[QUEUE];
bool starts[QUEUE];

#define FINAL(s) (s == completed || s == failed || s == skipped || s == bypassed || s == cancelled)
#define GONE_WRONG(s) (s == failed || s == skipped || s == cancelled)
#define TAKEN(i) (i != 1 || (live[0] == completed && !elsewhere))

inline append(i, s, begins) {
    assert(length < QUEUE);
    who[length] = i;
    what[length] = s;
    starts[length] = begins;
    length++;
    live[i] = s
}

/* The oldest change reaches the disk. */
inline reach_disk(k, j) {
    k = who[0];
    durable[k] = what[0];
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

inline tell(k) {
    assert(!told[k]);
    told[k] = true;
    confirmed[k]++;
    assert(confirmed[k] == 1)
}

proctype Node(byte i) {
    do
    :: over -> break

    /* the scheduler starts what is ready */
    :: atomic { !cancelling && live[i] == pending && TAKEN(i) && busy < SLOTS ->
        pending_to_running: append(i, running, true); busy++ }
    :: atomic { live[i] == retrying && !cancelling && busy < SLOTS ->
        retrying_to_running: append(i, running, true); busy++ }
    :: atomic { live[i] == in_doubt && !cancelling && busy < SLOTS ->
        in_doubt_to_running: append(i, running, true); busy++ }

    /* an attempt ends */
    :: atomic { performing[i] ->
        running_to_completed: performing[i] = false; busy--; append(i, completed, false) }
    :: atomic { performing[i] && failures[i] < 1 && !cancelling ->
        running_to_retrying: performing[i] = false; busy--; failures[i]++; append(i, retrying, false) }
    :: atomic { performing[i] ->
        running_to_failed: performing[i] = false; busy--; append(i, failed, false) }
    :: atomic { performing[i] && waits[i] < 1 && !cancelling ->
        running_to_waiting: performing[i] = false; busy--; waits[i]++; append(i, waiting, false) }
    :: atomic { performing[i] && cancelling ->
        running_to_cancelled: performing[i] = false; busy--; append(i, cancelled, false) }

    /* what it waited for arrives: both events are one batch, and no action runs */
    :: atomic { live[i] == waiting && !cancelling ->
        waiting_to_running: append(i, running, false); append(i, completed, false) }

    /* a person decides a doubt */
    :: atomic { live[i] == in_doubt && !cancelling ->
        in_doubt_to_completed: append(i, completed, false) }
    :: atomic { live[i] == in_doubt ->
        in_doubt_to_failed: append(i, failed, false) }

    /* what never runs */
    :: atomic { live[i] == pending && (cancelling || (i == 1 && GONE_WRONG(live[0]))) ->
        pending_to_skipped: append(i, skipped, false) }
    :: atomic { i == 1 && live[i] == pending && !cancelling && live[0] == completed && elsewhere ->
        pending_to_bypassed: append(i, bypassed, false) }
    :: atomic { live[i] == retrying && cancelling ->
        retrying_to_cancelled: append(i, cancelled, false) }
    :: atomic { live[i] == waiting && cancelling ->
        waiting_to_cancelled: append(i, cancelled, false) }
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
        :: change == completed -> tell(k)
        :: else
        fi;
        if
        :: begins ->
            assert(!told[k]);
            assert(!performing[k]);
            assert(k != 1 || durable[0] == completed);
            performing[k] = true;
            effects[k]++;
            assert(effects[k] <= 1 + crashes + failures[k])
        :: else
        fi;
        assert(performing[0] + performing[1] + performing[2] <= SLOTS);
        k = 0; j = 0; change = 0; begins = false }
    od
}

/* Somebody cancels; the process is killed and another one takes over; the run ends. */
proctype World() {
    byte k, j;
    do
    :: atomic { length == 0 && FINAL(durable[0]) && FINAL(durable[1]) && FINAL(durable[2]) -> over = true; break }
    :: atomic { !cancelling && !patient -> cancelling = true }
    :: atomic { crashes < CRASHES ->
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
        k = 0;
        do
        :: k < N ->
            assert(!told[k] || durable[k] == completed);
            live[k] = durable[k];
            performing[k] = false;
            if
            :: durable[k] == completed && !told[k] -> tell(k)
            :: else
            fi;
            if
            :: live[k] == running && !cancelling && unsafe[k] -> running_to_in_doubt: append(k, in_doubt, false)
            :: live[k] == running && !cancelling && !unsafe[k] -> running_to_pending: append(k, pending, false)
            :: live[k] == running && cancelling -> append(k, cancelled, false)
            :: else
            fi;
            k++
        :: else -> break
        od;
        k = 0; j = 0 }
    od
}

init {
    atomic {
        if
        :: elsewhere = true
        :: elsewhere = false
        fi;
        if
        :: patient = true
        :: patient = false
        fi;
        if
        :: unsafe[0] = true
        :: unsafe[0] = false
        fi;
        unsafe[2] = true;
        run Node(0);
        run Node(1);
        run Node(2);
        run Disk();
        run World()
    }
}
