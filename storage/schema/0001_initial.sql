-- The queue. Times are integer milliseconds UTC; enumerations are the numbers of core/model.
-- `checksum` covers every other column of its row together with the table's name (checksum.hpp).
-- REFERENCES stands only where the child has an index that leads with it: else each delete would scan.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The last number given out, by table: a job or enrollment number is never used again, not even after a purge.
CREATE TABLE last_number (
    of TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO last_number VALUES ('job', 0), ('enrollment', 0);

CREATE TABLE job (
    id INTEGER PRIMARY KEY,
    stage INTEGER NOT NULL,          -- 0 taking in, 1 shown, 2 abandoned (rows still to be swept)
    orders INTEGER NOT NULL,         -- JobOrder: go, hold, schedule, pause, cancel
    cancelling INTEGER,              -- when it was cancelled, while that still works through the rows
    tenant TEXT NOT NULL,
    profile TEXT NOT NULL,           -- JSON
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    submitter_uid INTEGER NOT NULL,
    submitter_name TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    run_at INTEGER,                  -- of a scheduled job
    ended_at INTEGER,
    carried_columns TEXT,            -- JSON; NULL: none
    sealed_password BLOB,            -- typed for the whole job
    checksum INTEGER NOT NULL
) STRICT;
CREATE INDEX job_open ON job (stage, ended_at, tenant);
CREATE INDEX job_fingerprint ON job (fingerprint);
CREATE INDEX job_cancelling ON job (cancelling) WHERE cancelling IS NOT NULL;

-- One person in one job. An enrollment that nobody touched has no step row: `due` makes it claimable.
-- due: the earliest time at which one of its steps can be claimed (a running one: when its lease ends).
CREATE TABLE enrollment (
    id INTEGER PRIMARY KEY,
    job INTEGER NOT NULL REFERENCES job (id),
    row INTEGER NOT NULL,
    state INTEGER NOT NULL,          -- follows from the steps; kept for speed
    due INTEGER,
    given TEXT NOT NULL,             -- JSON
    overrides TEXT,                  -- JSON; NULL: none
    carried TEXT,                    -- JSON; NULL: none
    person_guid BLOB,
    person_dn TEXT,
    person_upn TEXT,
    person_sam TEXT,
    person_from TEXT,
    plan TEXT,                       -- JSON
    intent_at INTEGER,
    intent_digest TEXT,
    made_id TEXT,
    made_origin INTEGER,
    made_evidence INTEGER,
    made_at INTEGER,
    ended_at INTEGER,
    checksum INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX enrollment_row ON enrollment (job, row);
CREATE INDEX enrollment_due ON enrollment (job, due) WHERE due IS NOT NULL;
CREATE INDEX enrollment_failed ON enrollment (job) WHERE state = 4;
CREATE INDEX enrollment_running ON enrollment (job) WHERE state = 1;

CREATE TABLE step (
    enrollment INTEGER NOT NULL REFERENCES enrollment (id),
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    waits_for INTEGER NOT NULL,      -- kept while running, so that a released step waits as before
    due INTEGER,                     -- of a pending or waiting step; NULL: it waits for an event
    awaits BLOB,                     -- other_job, manager: the objectGUID of the person that it waits for
    since INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    fault_code INTEGER,
    fault_where TEXT,
    fault_what TEXT,
    fault_cure TEXT,
    progress TEXT NOT NULL,
    owner INTEGER NOT NULL,          -- of a running step: which start of the daemon holds the lease
    lease_until INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (enrollment, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX step_awaits ON step (awaits) WHERE awaits IS NOT NULL;
CREATE INDEX step_task ON step (kind, state, enrollment) WHERE kind >= 5;  -- delayed tasks

CREATE TABLE attempt (
    enrollment INTEGER NOT NULL REFERENCES enrollment (id),
    step INTEGER NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    call TEXT NOT NULL,
    target TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    ended_at INTEGER,
    result INTEGER NOT NULL,
    note TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (enrollment, step, number)
) STRICT, WITHOUT ROWID;

-- One open enrollment a person and tenant.
CREATE TABLE person_claim (
    tenant TEXT NOT NULL,
    person BLOB NOT NULL,
    enrollment INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (tenant, person)
) STRICT, WITHOUT ROWID;

-- Under which names an enrollment can be found: a hash of the folded text (identity_index.hpp).
CREATE TABLE identity (
    hash INTEGER NOT NULL,
    enrollment INTEGER NOT NULL,
    PRIMARY KEY (hash, enrollment)
) STRICT, WITHOUT ROWID;

-- Sealed initial passwords, until they are handed over. ready: 1 once the account is known to be ours.
CREATE TABLE password (
    enrollment INTEGER PRIMARY KEY REFERENCES enrollment (id),
    job INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    ready INTEGER NOT NULL,
    page INTEGER
) STRICT;
CREATE INDEX password_ready ON password (job, page, enrollment) WHERE ready = 1;

-- Pages of passwords that were shown and not yet acknowledged.
CREATE TABLE password_page (
    job INTEGER NOT NULL REFERENCES job (id),
    page INTEGER NOT NULL,
    reader_uid INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (job, page)
) STRICT, WITHOUT ROWID;

-- Counts, changed in the transaction that changes what they count.
CREATE TABLE job_count (
    job INTEGER NOT NULL REFERENCES job (id),
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (job, state)
) STRICT, WITHOUT ROWID;
CREATE TABLE step_count (
    job INTEGER NOT NULL REFERENCES job (id),
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (job, kind, state)
) STRICT, WITHOUT ROWID;
CREATE TABLE password_count (
    job INTEGER PRIMARY KEY REFERENCES job (id),
    n INTEGER NOT NULL
) STRICT;
CREATE INDEX password_waiting ON password_count (n);

-- The seats of each licence by the tenant's word, as it was read last.
CREATE TABLE seat_count (
    tenant TEXT NOT NULL,
    sku TEXT NOT NULL,
    owned INTEGER NOT NULL,
    used INTEGER NOT NULL,
    read_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, sku)
) STRICT, WITHOUT ROWID;

-- Who wants a seat, was promised one, or took one that the tenant's own number does not show yet.
CREATE TABLE seat (
    tenant TEXT NOT NULL,
    sku TEXT NOT NULL,
    enrollment INTEGER NOT NULL,
    state INTEGER NOT NULL,          -- 0 in the line, 1 promised, 2 taken
    since INTEGER NOT NULL,          -- when it came into the line; of a taken one: when it was taken
    PRIMARY KEY (enrollment, sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX seat_line ON seat (tenant, sku, state, since, enrollment);

-- Who waits for a mailbox, from the first step that does until none does any more.
CREATE TABLE mailbox_wait (
    enrollment INTEGER PRIMARY KEY REFERENCES enrollment (id),
    tenant TEXT NOT NULL,
    account TEXT NOT NULL,
    license TEXT NOT NULL,           -- of the plan, for the usual waits
    since INTEGER NOT NULL,
    probed_at INTEGER NOT NULL,
    arrived_at INTEGER               -- when a look showed the mailbox
) STRICT;
CREATE INDEX mailbox_wait_account ON mailbox_wait (tenant, account);
CREATE INDEX mailbox_wait_probed ON mailbox_wait (tenant, probed_at, enrollment) WHERE arrived_at IS NULL;
CREATE INDEX mailbox_wait_since ON mailbox_wait (tenant, since) WHERE arrived_at IS NULL;

-- One sweep a tenant wakes all whose mailbox has appeared.
CREATE TABLE mailbox_sweep (
    tenant TEXT PRIMARY KEY,
    watermark INTEGER NOT NULL,      -- the newest WhenMailboxCreated that was seen
    looked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How long mailboxes took: arrivals counted by the logarithm of their minutes (core/model/wait_histogram.hpp).
CREATE TABLE mailbox_time (
    tenant TEXT NOT NULL,
    license TEXT NOT NULL,
    bucket INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (tenant, license, bucket)
) STRICT, WITHOUT ROWID;

-- Numbered 1, 2, 3 … without gaps: rows are only ever appended.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    job INTEGER,
    enrollment INTEGER,
    actor_uid INTEGER NOT NULL,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempt TEXT,
    key_number INTEGER,
    hash BLOB
) STRICT;
CREATE INDEX audit_enrollment ON audit (enrollment) WHERE enrollment IS NOT NULL;
