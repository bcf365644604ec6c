"""The tables of the database of runs, as what leads from each version of them to the next."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice
            key TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            starred INTEGER NOT NULL DEFAULT 0,
            status TEXT NOT NULL,
            config TEXT NOT NULL,        -- JSON
            surroundings TEXT NOT NULL,  -- JSON
            images_per_epoch INTEGER NOT NULL,
            steps_per_epoch INTEGER NOT NULL,
            parameter_count INTEGER NOT NULL,
            epochs_done INTEGER NOT NULL DEFAULT 0,
            last_accuracy REAL,
            best_accuracy REAL,
            elapsed_s REAL NOT NULL DEFAULT 0,
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL,
            checkpoint TEXT,             -- name of a file in the run's folder
            tail BLOB NOT NULL DEFAULT x''  -- float32 losses of steps after the last finished epoch
        )
        """,
        """
        CREATE TABLE epochs (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            epoch INTEGER NOT NULL,
            train_loss REAL NOT NULL,
            train_accuracy REAL NOT NULL,
            test_loss REAL NOT NULL,
            test_accuracy REAL NOT NULL,
            elapsed_s REAL NOT NULL,
            losses BLOB NOT NULL,        -- float32, little-endian, one for each step
            UNIQUE (run_id, epoch)
        )
        """,
        """
        CREATE TABLE rate_changes (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            place INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            step INTEGER NOT NULL,
            learning_rate REAL NOT NULL,
            UNIQUE (run_id, place)
        )
        """,
    ),
    # The list is read newest first, and never with what was deleted.
    ("CREATE INDEX runs_listed ON runs (deleted_at, updated_at)",),
    # JSON: how many epochs each course of the learning rate schedule has.
    ("ALTER TABLE runs ADD COLUMN cycles TEXT NOT NULL DEFAULT '[]'",),
    # Counts up with all that is kept of any run, because a clock may be set back.
    (
        "ALTER TABLE runs ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX runs_by_turn ON runs (turn)",
    ),
    # Of images that are held out; NULL where there are none.
    (
        "ALTER TABLE epochs ADD COLUMN validation_loss REAL",
        "ALTER TABLE epochs ADD COLUMN validation_accuracy REAL",
        "ALTER TABLE runs ADD COLUMN best_epoch INTEGER",
        "ALTER TABLE runs ADD COLUMN validation_accuracy REAL",
    ),
    # Of test images; NULL where the classes are of about one size.
    (
        "ALTER TABLE epochs ADD COLUMN balanced_accuracy REAL",
        "ALTER TABLE runs ADD COLUMN balanced_accuracy REAL",
    ),
    # Many runs that were asked for at once; a trial knows its run by the key.
    (
        """
        CREATE TABLE sweeps (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            starred INTEGER NOT NULL DEFAULT 0,
            state TEXT NOT NULL,
            definition TEXT NOT NULL,  -- JSON
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            deleted_at REAL
        )
        """,
        """
        CREATE TABLE trials (
            sweep_id INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            recipe INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            settings TEXT NOT NULL,  -- JSON
            seed INTEGER NOT NULL,
            key TEXT NOT NULL,
            state TEXT NOT NULL,
            figures TEXT NOT NULL,  -- JSON, of each finished epoch
            more_epochs INTEGER NOT NULL,
            reason TEXT NOT NULL,
            UNIQUE (sweep_id, number)
        )
        """,
        "CREATE INDEX trials_by_key ON trials (key)",
        "ALTER TABLE runs ADD COLUMN sweep_id INTEGER",
        "CREATE INDEX runs_by_sweep ON runs (sweep_id)",
    ),
    # What test images were taken for, in few bytes; NULL where only the files of the epochs say it.
    ("ALTER TABLE epochs ADD COLUMN answers BLOB",),
    # The test images need not be judged; SQLite lets go of a NOT NULL only with the table.
    (
        """
        CREATE TABLE judged_epochs (
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            epoch INTEGER NOT NULL,
            train_loss REAL NOT NULL,
            train_accuracy REAL NOT NULL,
            test_loss REAL,
            test_accuracy REAL,
            elapsed_s REAL NOT NULL,
            losses BLOB NOT NULL,
            validation_loss REAL,
            validation_accuracy REAL,
            balanced_accuracy REAL,
            answers BLOB,
            UNIQUE (run_id, epoch)
        )
        """,
        "INSERT INTO judged_epochs SELECT run_id, epoch, train_loss, train_accuracy, test_loss, "
        "test_accuracy, elapsed_s, losses, validation_loss, validation_accuracy, "
        "balanced_accuracy, answers FROM epochs",
        "DROP TABLE epochs",
        "ALTER TABLE judged_epochs RENAME TO epochs",
    ),
    # Whose workers train a sweep; empty where this machine does.
    ("ALTER TABLE sweeps ADD COLUMN scheduler TEXT NOT NULL DEFAULT ''",),
    # Whether a person had a trial go on; before, that was so where it got more epochs.
    (
        "ALTER TABLE trials ADD COLUMN is_spared INTEGER NOT NULL DEFAULT 0",
        "UPDATE trials SET is_spared = 1 WHERE more_epochs",
    ),
)
"""What leads from each version of the schema to the next; a new database goes through all."""
SCHEMA_VERSION = len(MIGRATIONS)
