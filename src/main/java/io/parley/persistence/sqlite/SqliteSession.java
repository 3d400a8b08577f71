package io.parley.persistence.sqlite;

import io.parley.persistence.store.Document;
import io.parley.persistence.store.DocumentType;
import io.parley.persistence.store.Field;
import io.parley.persistence.store.Value;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;

/** Executes statements on one connection to the SQLite file, and caches prepared statements. Must be used by one thread. */
final class SqliteSession implements AutoCloseable {

    private static final int BUSY_TIMEOUT_MILLIS = 2_000;
    /** Pages of the write-ahead log before a checkpoint: 16 MiB, so that checkpoints are rare and cheap. */
    private static final int CHECKPOINT_PAGES = 4_096;

    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    private SqliteSession(Connection connection) {
        this.connection = connection;
    }

    static SqliteSession open(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(JournalMode.WAL);
        config.setSynchronous(SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        config.setGetGeneratedKeys(false); // would cost a query for each insert
        SqliteSession session = new SqliteSession(config.createConnection("jdbc:sqlite:" + file));
        session.execute("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
        return session;
    }

    /** Returns the number of changed rows. */
    int update(SqlStatement sql) throws SQLException {
        return bind(sql).executeUpdate();
    }

    List<Document> query(DocumentType type, SqlStatement sql) throws SQLException {
        try (ResultSet rows = bind(sql).executeQuery()) {
            List<Document> documents = new ArrayList<>();
            while (rows.next()) {
                documents.add(document(type, rows));
            }
            return documents;
        }
    }

    void begin() throws SQLException {
        prepare("BEGIN IMMEDIATE").executeUpdate();
    }

    void commit() throws SQLException {
        prepare("COMMIT").executeUpdate();
    }

    void execute(String statement) throws SQLException {
        try (Statement jdbcStatement = connection.createStatement()) {
            jdbcStatement.execute(statement);
        }
    }

    long queryLong(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** Rolls back an uncommitted transaction. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private PreparedStatement bind(SqlStatement sql) throws SQLException {
        PreparedStatement statement = prepare(sql.text());
        int index = 0;
        for (Value value : sql.binds()) {
            index++;
            switch (value) {
                case Value.TextValue text -> statement.setString(index, text.text());
                case Value.IntegerValue integer -> statement.setLong(index, integer.number());
            }
        }
        return statement;
    }

    private PreparedStatement prepare(String text) throws SQLException {
        PreparedStatement statement = prepared.get(text);
        if (statement == null) {
            statement = connection.prepareStatement(text);
            prepared.put(text, statement);
        }
        return statement;
    }

    private static Document document(DocumentType type, ResultSet row) throws SQLException {
        Map<Field, Value> fields = new HashMap<>();
        int column = 3;
        for (Field field : type.fields()) {
            fields.put(
                    field,
                    switch (field.type()) {
                        case TEXT -> Value.of(row.getString(column));
                        case INTEGER -> Value.of(row.getLong(column));
                    });
            column++;
        }
        return new Document(row.getString(1), row.getLong(2), fields, row.getString(column));
    }
}
