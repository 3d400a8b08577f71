package io.parley.usage;

import io.parley.contract.LedgerMessage.TimeRange;
import io.parley.contract.LedgerMessage.BucketUnit;
import io.parley.contract.BudgetMessage.Period;
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
    static TimeRange slice(Period period, Instant time) {
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
    static List<TimeRange> slices(Instant from, Instant to, boolean hourly) {
        Instant first = from.truncatedTo(ChronoUnit.HOURS);
        Instant last = ceil(to, ChronoUnit.HOURS);
        Instant firstDay = ceil(first, ChronoUnit.DAYS);
        Instant lastDay = last.truncatedTo(ChronoUnit.DAYS);
        List<TimeRange> slices = new ArrayList<>();
        if (hourly || !firstDay.isBefore(lastDay)) {
            addHours(slices, first, last);
        } else {
            addHours(slices, first, firstDay);
            slices.add(days(date(firstDay), date(lastDay)));
            addHours(slices, lastDay, last);
        }
        return slices;
    }

    private static void addHours(List<TimeRange> slices, Instant from, Instant below) {
        if (from.isBefore(below)) {
            slices.add(new TimeRange(BucketUnit.HOUR, BucketUnit.HOUR.bucket(from), BucketUnit.HOUR.bucket(below)));
        }
    }

    private static TimeRange days(LocalDate from, LocalDate below) {
        return new TimeRange(BucketUnit.DAY, from.toString(), below.toString());
    }

    private static Instant ceil(Instant time, ChronoUnit unit) {
        Instant floor = time.truncatedTo(unit);
        Duration whole = unit.getDuration();
        return floor.equals(time) ? time : floor.plus(whole);
    }

    private static LocalDate date(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }
}
