/*
 * The life of one grant, and everybody who may move it at once: a model for Spin (https://spinroot.com).
 * `npm run model` verifies it, and that taking out any one fence (the macros of `#ifdef` below) makes it fail.
 *
 * What it abstracts
 * - One grant on one access role. What other grants do to the role shows as one more rendering of its deny list, at any
 *   moment (`others`).
 * - One DynamoDB request is one step: a strongly consistent read, or a transaction with its condition. Between two of
 *   them anything may happen. VERSION stands for the status and version on which every move is conditional. Where a
 *   failed condition only means to read again (or to leave it to who was first), read and write are one step: what is
 *   lost is the try that changes nothing. Taking out the condition makes them two.
 * - Time is three moments (`over`): in the window, after endsAt, after the margin of deny entries too. With LONG_WINDOW
 *   the window does not end while the model looks, so that nothing may rest on its end. A stage's deadline and a
 *   rotation's hour may come at any moment.
 * - A claim's lease is over when the run that claimed is dead or done: it is longer than a run may last.
 * - Faults are counted, FAULTS of them, of any kind: a run of the minter dies right after AssumeRole; whoever stops a
 *   grant dies before the message to revoke-access is sent; a put of the deny list is not answered and lands later;
 *   the setter of a lockdown dies after writing it; the role refuses everybody just when it is probed.
 * - IAM is `written` (what GetRolePolicy reads) and `inForce` (what the slowest host enforces); a host may answer by
 *   either. `settleSeconds` is as long as IAM takes to settle (SETTLED): what AWS does beyond it no model can show.
 * - A round of probes is one step: the control session and the grant's own are refused or not by the same IAM. Two
 *   rounds stand for three.
 * - The lockdown is one of a resource: it has no pattern of its own in the deny list, so that all rests on the order of
 *   writes and reads.
 *
 * Statuses and moves are those of functions/core/grant/transitions.ts; test/model/spin.test.ts compares the two.
 */

#ifndef FAULTS
#define FAULTS 2
#endif
#ifndef ATTEMPTS
#define ATTEMPTS 3
#endif

#define NOTHING 0
#define PENDING 1
#define APPROVED 2
#define ACTIVATING 3
#define ACTIVE 4
#define REVOKING 5
/* Terminal from here on. */
#define DENIED 6
#define REJECTED 7
#define EXPIRED 8
#define CANCELLED 9
#define FAILED 10
#define ENDED 11
#define REVOKED 12
#define TERMINAL(s) (s >= DENIED)

#define MOVE_request(f, t) ((f == NOTHING) && (t == DENIED || t == PENDING || t == APPROVED))
#define MOVE_approveStage(f, t) ((f == PENDING) && (t == PENDING))
#define MOVE_approve(f, t) ((f == PENDING) && (t == APPROVED))
#define MOVE_reject(f, t) ((f == PENDING) && (t == REJECTED))
#define MOVE_expire(f, t) ((f == PENDING || f == APPROVED) && (t == EXPIRED))
#define MOVE_cancel(f, t) ((f == PENDING || f == APPROVED) && (t == CANCELLED))
#define MOVE_deny(f, t) ((f == PENDING || f == APPROVED || f == ACTIVATING) && (t == DENIED))
#define MOVE_claim(f, t) ((f == APPROVED || f == ACTIVATING) && (t == ACTIVATING))
#define MOVE_activate(f, t) ((f == ACTIVATING) && (t == ACTIVE))
#define MOVE_claimRotation(f, t) ((f == ACTIVE) && (t == ACTIVE))
#define MOVE_rotate(f, t) ((f == ACTIVE) && (t == ACTIVE))
#define MOVE_missRotation(f, t) ((f == ACTIVE) && (t == ACTIVE))
#define MOVE_fail(f, t) ((f == ACTIVATING) && (t == FAILED))
#define MOVE_end(f, t) ((f == ACTIVE) && (t == ENDED))
#define MOVE_stop(f, t) ((f == ACTIVATING || f == ACTIVE) && (t == REVOKING))
#define MOVE_confirm(f, t) ((f == REVOKING) && (t == REVOKED))

/* What must hold, by names that Spin reports. None of these variables is ever true otherwise. */
bool I01_minted_without_approval, I02_two_sessions_of_one_attempt, I17_minted_when_terminal, I41_no_such_move;
bool I24_I29_revoked_but_not_in_force, I25_sent_to_proof_unwritten, I28_denial_gone_too_early;
bool I30_closed_with_a_live_session, I25_stopped_without_deny_entry, I71_active_under_a_lockdown;
bool I42_at_rest_but_not_over, I30_live_when_all_is_quiet;
#define MUST(name, condition) name = !(condition); assert(!name)

/* The table. */
byte status = NOTHING;
byte stages = 0, yeses = 0;
byte attempts = 0;
bool rotating = false;   /* an attempt of a rotation is claimed, or was and its run died */
bool live = false;       /* the live entry under the role's key */
bool entry = false;      /* the deny entry under the role's key */
bool lockdown = false;

/* AWS. */
byte minted = 0;         /* the newest attempt that has a session */
bool written = false;    /* latchkey-deny as IAM stores it: this grant is in it */
byte render = 0;         /* whose rendering it is: the render number in its Sid */
bool inForce = false;    /* the list as the slowest host knows it */
bool late = false;       /* a put without an answer is under way, */
bool lateWith = false;   /* of a list that has this grant in it or not */
bool queue = false;      /* a message for the role in the FIFO queue: one message group, so one run at a time */
bool revoking = false;   /* such a run */
bool probes = false;     /* a message for prove-denial, or its run */
byte over = 0;           /* 1: endsAt is past. 2: and the margin */

/* What only the model knows. */
byte faults = FAULTS;
bool approved = false;   /* policy said yes, or every stage did */
bool held = false;       /* the run that claimed last is alive, so its lease is not over */
bool minting = false;    /* and STS has not answered it */
bool lockedDown = false; /* whoever set the lockdown said: done */
bool released = false;   /* the requester let the sessions expire */
bool others = true;

/* None of these states comes twice in a grant's life, as its version does not. */
#define VERSION ((status << 4) + (attempts << 2) + (rotating << 1) + yeses)
#define SETTLED (!late && inForce == written)
#define CLOSED_UNDENIED \
  (status == DENIED || status == FAILED || status == CANCELLED || status == EXPIRED || status == REJECTED)

/* After every step that changes something that these are about. */
#define CHECK \
  MUST(I30_closed_with_a_live_session, \
    !minted || over > 0 || !(CLOSED_UNDENIED || (status == ENDED && !released))); \
  MUST(I25_stopped_without_deny_entry, status != REVOKING || over > 0 || entry); \
  MUST(I24_I29_revoked_but_not_in_force, status != REVOKED || over > 0 || inForce); \
  MUST(I71_active_under_a_lockdown, !lockedDown || status != ACTIVE)

/* A move, inside the step that has seen to its condition. */
#define MOVE(name, to) MUST(I41_no_such_move, MOVE_##name(status, to)); status = to
/* What nobody can tell apart any more, once the grant is over, is made equal: fewer states. */
#define CLOSE(name, to) MOVE(name, to); live = false; CHECK; \
  rotating = false; stages = 0; yeses = 0; attempts = 0; minted = 0; approved = false; released = false
#define FAULT faults > 0 -> faults--

/* One transaction: the move, and the deny entry. Then the message, unless the sender dies: `sweep` finds the grant. */
#ifdef NO_DENY_IN_STOP
#define WRITE_ENTRY skip
#else
#define WRITE_ENTRY entry = true
#endif
inline stopNow() {
  MOVE(stop, REVOKING); WRITE_ENTRY; live = false; rotating = false; CHECK;
  if :: queue = true :: FAULT fi
}

/* The agent asks. Policy says no, yes, or that people decide, in two stages. Under a lockdown nothing is written. */
active proctype Asker() {
  atomic {
    if
    :: lockdown -> skip
    :: !lockdown -> MOVE(request, DENIED)
    :: !lockdown -> MOVE(request, APPROVED); approved = true
    :: !lockdown -> MOVE(request, PENDING); stages = 2
    fi
  }
}

/* One person's word, on the stage that is open. */
active [2] proctype Approver() {
end:
  atomic { status == PENDING ->
#ifdef NO_DECISION_CONDITION
  }
  atomic {
#endif
    if
    :: yeses + 1 < stages -> MOVE(approveStage, PENDING); yeses++
    :: yeses + 1 >= stages -> MOVE(approve, APPROVED); stages = 0; yeses = 0; approved = true
    :: CLOSE(reject, REJECTED)
    fi
  }
}

/*
 * The requester releases, or somebody revokes: once, at any time, in any state. Where a resource lets releases expire
 * (onRelease), an active grant needs no deny; but one with a claimed rotation does, or STS would answer into its end.
 */
#ifdef RELEASED_WHILE_ROTATING
#define MAY_EXPIRE true
#else
#define MAY_EXPIRE !rotating
#endif
active proctype Canceller() {
end:
  atomic {
    if
    :: status == PENDING || status == APPROVED -> CLOSE(cancel, CANCELLED)
    :: status == ACTIVATING || status == ACTIVE -> stopNow()
    :: status == ACTIVE && MAY_EXPIRE -> released = true; CLOSE(end, ENDED)
    fi
  }
}

/* Two runs of the minter, each begun again as long as there is something to claim. */
#ifdef LEASE_SHORTER_THAN_A_RUN
#define LEASE_OVER true
#else
#define LEASE_OVER !held
#endif
#define CLAIMABLE (status == APPROVED || \
  (attempts < ATTEMPTS && over == 0 && LEASE_OVER && (status == ACTIVATING || status == ACTIVE)))
#ifdef NO_CONDITIONAL_ACTIVE
#define STILL_MINE true
#else
#define STILL_MINE VERSION == seen
#endif
/* Only a first attempt that was refused is known to have minted nothing; earlier ones may have vanished. */
#ifdef FAILED_IN_A_LATER_ATTEMPT
#define NOTHING_MINTED true
#else
#define NOTHING_MINTED mine == 1
#endif
active [2] proctype Minter() {
  byte seen, mine;
  bool locked, rotation;
end:
  do
  :: atomic { CLAIMABLE -> mine = attempts + 1; rotation = (status == ACTIVE);
#ifdef NO_LOCKDOWN_READ_AFTER_CLAIM
       locked = lockdown
     }
     atomic {
       if :: CLAIMABLE && mine == attempts + 1 && rotation == (status == ACTIVE) :: else -> goto again fi;
#endif
#ifdef NO_CLAIM_CONDITION
     }
     atomic {
#endif
       if
       :: rotation -> MOVE(claimRotation, ACTIVE); rotating = true
       :: else -> MOVE(claim, ACTIVATING)
       fi;
       attempts = mine; live = true; held = true; minting = true; seen = VERSION; CHECK
     }
#ifndef NO_LOCKDOWN_READ_AFTER_CLAIM
     locked = lockdown;
#endif
     atomic {
       if
       :: !locked && over == 0 -> /* STS issues a session. */
          MUST(I17_minted_when_terminal, !TERMINAL(status));
          MUST(I01_minted_without_approval, approved);
          MUST(I02_two_sessions_of_one_attempt, mine == attempts && minted < mine);
          minted = mine; minting = false; CHECK
       :: !locked -> /* STS refuses, or nothing is left of the window. A rotation is missed: the session before works on. */
          minting = false; held = false;
          if
          :: VERSION == seen && rotation -> MOVE(missRotation, ACTIVE); rotating = false; CHECK
          :: VERSION == seen && !rotation && (NOTHING_MINTED) -> CLOSE(fail, FAILED)
          :: VERSION == seen && !rotation && !(NOTHING_MINTED) -> stopNow()
          :: VERSION != seen -> skip
          fi;
          goto again
       :: true -> /* A lockdown, or another policy than when it was approved. */
          minting = false; held = false;
          if
          :: VERSION == seen && !rotation && (NOTHING_MINTED) -> CLOSE(deny, DENIED)
          :: VERSION == seen && (rotation || !(NOTHING_MINTED)) -> stopNow()
          :: VERSION != seen -> skip
          fi;
          goto again
       fi
     }
     atomic {
       if
       :: FAULT /* Dies, or finds STS's clock off: nothing is delivered. */
       :: STILL_MINE ->
          if
          :: rotation -> MOVE(rotate, ACTIVE); rotating = false
          :: else -> MOVE(activate, ACTIVE)
          fi;
          CHECK
       :: !(STILL_MINE) -> skip
       fi;
       held = false
     }
again:
     atomic { seen = 0; mine = 0; locked = false; rotation = false }
  od
}

/* Security stops the resource, or never does: writes the lockdown, then reads what is live and stops it. */
active proctype Setter() {
  bool found;
end:
#ifdef LOCKDOWN_READS_FIRST
  found = live;
  lockdown = true;
#else
  lockdown = true;
  found = live;
#endif
  atomic {
    if
    :: FAULT /* Dies; `sweep` does the rest. */
    :: found && (status == ACTIVATING || status == ACTIVE) -> stopNow(); lockedDown = true; CHECK
    :: !found || !(status == ACTIVATING || status == ACTIVE) -> lockedDown = true; CHECK
    fi;
    found = false
  }
}

/* `sweep`, and the end of the workflow, which follows the same rules. */
active proctype Sweeper() {
end:
  do
  /* Nobody decided, nothing was claimed in time, or the workflow failed. */
  :: atomic { status == PENDING || status == APPROVED ->
       if :: CLOSE(expire, EXPIRED) :: CLOSE(deny, DENIED) fi }
  /* The window is over. */
  :: atomic { over > 0 && status == ACTIVATING -> CLOSE(fail, FAILED) }
  :: atomic { over > 0 && status == ACTIVE -> CLOSE(end, ENDED) }
  :: atomic { over > 0 && status == REVOKING -> CLOSE(confirm, REVOKED) }
  /* A claim whose run is dead, and nobody tries again: a session may exist. A lockdown stands, and something is live. */
  :: atomic { over == 0 && status == ACTIVATING && !held -> stopNow() }
  :: atomic { lockdown && live && (status == ACTIVATING || status == ACTIVE) -> stopNow() }
  /* A stop that nobody works on though IAM is quiet; an entry whose time is over. */
  :: atomic { !queue && !revoking && !probes && SETTLED &&
       ((status == REVOKING && over == 0) || (over == 2 && (entry || written))) -> queue = true }
  od
}

/* revoke-access renders the whole list from the table, puts it and reads it back; then it is the prover's turn. */
#ifdef ENTRY_LEAVES_WHEN_PROVEN
#define KEPT (entry && status != REVOKED)
#else
#define KEPT (entry && over < 2)
#endif
#ifdef NO_RENDER_CHECK
#define AS_PUT true
#else
#define AS_PUT (render == _pid && written == with)
#endif
#ifdef NO_FIFO_GROUP
#define REVOKERS 2
#define FREE true
#else
#define REVOKERS 1
#define FREE !revoking
#endif
active [REVOKERS] proctype Revoker() {
  bool with, gone;
end:
  do
  :: atomic { queue && FREE -> queue = false; revoking = true; with = KEPT; gone = entry && !(KEPT) }
     atomic {
       if
       :: written = with; render = _pid; CHECK
       :: !late && FAULT; late = true; lateWith = with; goto failed
       fi
     }
     atomic {
       if
       :: AS_PUT ->
          if
          :: status == REVOKING && over == 0 && with ->
             MUST(I25_sent_to_proof_unwritten, written); probes = true
          :: else -> skip
          fi;
          if
          :: gone -> MUST(I28_denial_gone_too_early, over == 2); entry = false; CHECK
          :: else -> skip
          fi;
          goto done
       :: else -> skip
       fi
     }
failed:
     queue = true; /* Not removed from the queue, the message comes again. */
done:
     atomic { with = false; gone = false; revoking = false }
  od
}

/*
 * prove-denial: a control session must be allowed and the grant's own refused, and again when IAM has had time to settle.
 * By then whoever was about to call STS for this grant has had its answer, too.
 */
#ifdef NO_CONTROL_PROBE
#define BY_FAULT FAULT
#else
#define BY_FAULT FAULT; goto unproven
#endif
#ifdef SETTLE_SHORTER_THAN_A_RUN
#define RUNS_ANSWERED true
#else
#define RUNS_ANSWERED !minting
#endif
active proctype Prover() {
end:
  do
  :: probes ->
#ifndef REVOKED_WITHOUT_PROBE
     atomic {
       if
       :: written || inForce -> skip
       :: !written || !inForce -> goto unproven
       :: BY_FAULT
       fi
     }
#ifndef PROVEN_AT_ONCE
     atomic { SETTLED && RUNS_ANSWERED ->
       if
       :: inForce -> skip
       :: !inForce -> goto unproven
       :: BY_FAULT
       fi
     }
#endif
#endif
     atomic {
       if
       :: status == REVOKING -> CLOSE(confirm, REVOKED)
       :: else -> skip
       fi
     }
unproven:
     probes = false /* Still REVOKING: `sweep` sends it round again. */
  od
}

/* What happens by itself. */
active proctype World() {
end:
  do
#ifndef LONG_WINDOW
  :: atomic { attempts > 0 && over < 2 -> over++; CHECK }
#endif
  :: atomic { others && live -> others = false; queue = true }
  :: atomic { late -> late = false; written = lateWith; render = 0; lateWith = false; CHECK }
  :: atomic { inForce != written -> inForce = written; CHECK }
  od
}

/* When nobody can do anything more, nothing may be left open. */
active proctype Quiet() {
  timeout ->
  MUST(I42_at_rest_but_not_over,
    status == NOTHING || TERMINAL(status) || (status == ACTIVE && over == 0 && !lockdown));
  MUST(I30_live_when_all_is_quiet, !minted || over > 0 || inForce || released || status == ACTIVE);
  MUST(I28_denial_gone_too_early, over < 2 || (!entry && !written))
}

#ifndef LONG_WINDOW
ltl I42_every_grant_ends { [] (status != NOTHING -> <> TERMINAL(status)) }
#endif
