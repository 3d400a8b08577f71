package io.parley.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.parley.bus.Bus;
import io.parley.bus.Ids;
import io.parley.config.ExportConfig;
import io.parley.contract.Addresses;
import io.parley.contract.ContextMessage;
import io.parley.contract.ContextMessage.Context;
import io.parley.contract.ExportMessage.Export;
import io.parley.contract.ExportMessage.Exported;
import io.parley.contract.ExportMessage.Import;
import io.parley.contract.ExportMessage.Imported;
import io.parley.contract.Problem;
import io.parley.contract.Problem.Reason;
import io.parley.contract.Problem.RejectionReason;
import io.parley.contract.RunMessage.FullLog;
import io.parley.contract.RunMessage.Lease;
import io.parley.contract.RunMessage.OpenLog;
import io.parley.contract.RunMessage.ReadLog;
import io.parley.contract.RunMessage.Run;
import io.parley.contract.RunStatus;
import io.parley.export.archive.Archive;
import io.parley.export.document.Markdown;
import io.parley.export.document.PlainText;
import io.parley.export.document.TranscriptDocument;
import io.parley.export.pdf.Pdf;
import io.parley.export.pdf.PdfFonts;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Exports runs as documents and imports archives. Stores nothing: documents are built in memory, and the journal stores imported
 * runs. Runs on a worker thread, one document at a time.
 */
public final class ExportVerticle extends VerticleBase {

    private static final int MAX_PENDING = 16;
    private static final int MAX_IMPORT_BYTES = 8 * 1024 * 1024;
    private static final Duration STORE_TIMEOUT = Duration.ofMinutes(2);

    private final Bus bus;
    private final ExportConfig config;
    private final Ids ids;
    private final InstantSource clock;
    private PdfFonts fonts = PdfFonts.NONE;
    private int pending;

    public ExportVerticle(Bus bus, ExportConfig config, Ids ids, InstantSource clock) {
        this.bus = bus;
        this.config = config;
        this.ids = ids;
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        if (context.threadingModel() != ThreadingModel.WORKER) {
            throw new IllegalStateException("ExportVerticle must be deployed as a worker");
        }
        fonts = PdfFonts.load(config.pdfFonts());
        return bus.handle(Addresses.EXPORT_WRITE, export -> enqueue(() -> write(export)))
                .compose(_ -> bus.handle(Addresses.EXPORT_IMPORT, request -> enqueue(() -> read(request))));
    }

    /** Rejects requests above the limit, because each holds a whole log in memory. */
    private <T> Future<T> enqueue(Supplier<Future<T>> work) {
        if (pending >= MAX_PENDING) {
            return Future.failedFuture(new Problem.Unavailable(Reason.OVERLOADED, Duration.ofSeconds(1)).toException());
        }
        pending++;
        return Future.<T>future(done -> work.get().onComplete(done)).onComplete(_ -> pending--);
    }

    private Future<Exported> write(Export export) {
        return bus.request(Addresses.JOURNAL_READ_LOG, new ReadLog(export.user(), export.run()))
                .map(log -> new Exported(document(export, log), export.format().contentType(), fileName(export)));
    }

    private byte[] document(Export export, FullLog log) {
        return switch (export.format()) {
            case JSON -> Archive.write(log).getBytes(UTF_8);
            case MD -> Markdown.write(TranscriptDocument.of(log)).getBytes(UTF_8);
            case TXT -> PlainText.write(TranscriptDocument.of(log)).getBytes(UTF_8);
            case PDF -> Pdf.write(fonts, log.transcript().run().id(), TranscriptDocument.of(log));
        };
    }

    private static String fileName(Export export) {
        return export.run().replaceAll("[^A-Za-z0-9_-]", "_") + "."
                + export.format().wireName();
    }

    private Future<Imported> read(Import request) {
        if (request.json().length() > MAX_IMPORT_BYTES) {
            throw new Problem.Rejected(
                            RejectionReason.PAYLOAD_TOO_LARGE,
                            "the document must not be larger than " + MAX_IMPORT_BYTES + " bytes")
                    .toException();
        }
        String user = request.requestContext().user();
        return bus.request(Addresses.CONTEXT_LOAD, new ContextMessage.Load(user, ContextMessage.DEFAULT))
                .compose(targetContext -> store(targetContext, Archive.read(request.json(), user, targetContext.id())));
    }

    /** Always creates a new run of the caller; ids and owners in the document are ignored. */
    private Future<Imported> store(Context targetContext, Archive archive) {
        Instant now = clock.instant();
        Run run = new Run(
                ids.next("run_"),
                targetContext.owner(),
                targetContext.id(),
                RunStatus.RUNNING,
                archive.spec(),
                new Lease("", 1, now),
                now,
                now,
                0);
        return bus.request(Addresses.JOURNAL_OPEN, new OpenLog(run, archive.events()), STORE_TIMEOUT)
                .map(_ -> new Imported(run.id(), archive.status()));
    }
}
