import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** JDBC: asserts the release before the application serves. */
public class Jdbc {
    public static void main(String[] args) throws SQLException {
        String url = System.getenv("DATABASE_URL").replaceFirst("^postgresql://(\\w+)@(.*)", "jdbc:postgresql://$2?user=$1");
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement("SELECT schema_guard.assert_release(?, ?)")) {
            statement.setString(1, args[0]);
            statement.setString(2, args[1]);
            statement.execute();
            System.out.println("fits");
        } catch (PSQLException e) {
            // getMessage() has all of it in one text; null: the error is not the server's
            ServerErrorMessage error = e.getServerErrorMessage();
            if (error == null) {
                throw e;
            }
            System.out.println("SQLSTATE " + error.getSQLState());
            System.out.println(error.getMessage());
            System.out.println("DETAIL: " + error.getDetail());
            System.out.println("HINT: " + error.getHint());
            System.exit(1);
        }
    }
}
