-- What is due is looked for by when it was promised: a clock that was ahead can have put it off too far.
DROP INDEX due_wake;
CREATE INDEX due_by_time ON due (due_at, wake_at);
