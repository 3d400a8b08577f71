package io.parley.persistence.sqlite;

import io.parley.persistence.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Creates and locks the directory of the SQLite file: readable by its owner only, used by one process at a time. */
final class DataDir implements AutoCloseable {

    private final Path dir;
    private final FileChannel lock;

    private DataDir(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /** Locks {@code dir}. The operating system releases the lock when the process ends, even after a crash. */
    static DataDir lock(Path dir) {
        try {
            Files.createDirectories(dir, ownerOnly());
            FileChannel channel =
                    FileChannel.open(dir.resolve("parley.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw new StoreException("the data directory " + dir + " is in use by another Parley process");
            }
            return new DataDir(dir, channel);
        } catch (IOException e) {
            throw new StoreException("the data directory " + dir + " cannot be used: " + reason(e), e);
        }
    }

    Path database() {
        return dir.resolve("parley.db");
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "permission is denied";
            case FileAlreadyExistsException _ -> "a file of that name exists";
            case NoSuchFileException _ -> "it cannot be created there";
            case FileSystemException failed when failed.getReason() != null -> failed.getReason();
            default -> e.getClass().getSimpleName();
        };
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException _) {
            return false; // locked by another store in this process
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }
}
