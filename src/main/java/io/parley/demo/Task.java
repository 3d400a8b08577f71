package io.parley.demo;

import java.time.LocalDate;
import java.util.Optional;

/** A task in a message of the user. */
record Task(String title, String priority, Optional<LocalDate> due) {}
