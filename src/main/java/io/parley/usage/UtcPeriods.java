package io.parley.usage;

import io.parley.contract.BudgetMessage.Period;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.LedgerMessage.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Converts times to UTC hours, days and months, in the format of usage buckets. */
final class UtcPeriods {

    private UtcPeriods() {}

    static String bucket(Period period, Instant time) {
        return switch (period) {
            case DAY -> BucketUnit.DAY.bucket(time);
            case MONTH -> date(time).toString().substring(0, "2026-11".length());
        };
    }

    /** The days of the period that contains {@code time}. */
    static TimeRange range(Period period, Instant time) {
        LocalDate day = date(time);
        return switch (period) {
            case DAY -> days(day, day.plusDays(1));
            case MONTH -> days(day.withDayOfMonth(1), day.withDayOfMonth(1).plusMonths(1));
        };
    }

    /** The last {@code days} days, up to and including the day that contains {@code time}. */
    static TimeRange lastDays(int days, Instant time) {
        LocalDate day = date(time);
        return days(day.plusDays(1L - days), day.plusDays(1));
    }

    /** Splits the time between two instants into whole days, unless {@code hourly}, and the remaining hours. */
    static List<TimeRange> ranges(Instant from, Instant to, boolean hourly) {
        Instant first = from.truncatedTo(ChronoUnit.HOURS);
        Instant last = ceil(to, ChronoUnit.HOURS);
        Instant firstDay = ceil(first, ChronoUnit.DAYS);
        Instant lastDay = last.truncatedTo(ChronoUnit.DAYS);
        List<TimeRange> ranges = new ArrayList<>();
        if (hourly || !firstDay.isBefore(lastDay)) {
            addHours(ranges, first, last);
        } else {
            addHours(ranges, first, firstDay);
            ranges.add(days(date(firstDay), date(lastDay)));
            addHours(ranges, lastDay, last);
        }
        return ranges;
    }

    private static void addHours(List<TimeRange> ranges, Instant from, Instant to) {
        if (from.isBefore(to)) {
            ranges.add(new TimeRange(BucketUnit.HOUR, BucketUnit.HOUR.bucket(from), BucketUnit.HOUR.bucket(to)));
        }
    }

    private static TimeRange days(LocalDate from, LocalDate to) {
        return new TimeRange(BucketUnit.DAY, from.toString(), to.toString());
    }

    private static Instant ceil(Instant time, ChronoUnit unit) {
        Instant floor = time.truncatedTo(unit);
        Duration unitLength = unit.getDuration();
        return floor.equals(time) ? time : floor.plus(unitLength);
    }

    private static LocalDate date(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
