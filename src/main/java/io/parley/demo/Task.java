package io.parley.demo;

import java.time.LocalDate;
import java.util.Optional;

/** Something that somebody said has to be done. */
record Task(String title, String priority, Optional<LocalDate> due) {}
