<?php
// PHP, PDO: asserts the release before the application serves.
preg_match('{^postgresql://(\w+)@([\w.]+):(\d+)/(\w+)$}', getenv('DATABASE_URL'), $url);
$pdo = new PDO("pgsql:host=$url[2];port=$url[3];dbname=$url[4];user=$url[1]");
try {
    $pdo->prepare('SELECT schema_guard.assert_release(?, ?)')->execute([$argv[1], $argv[2]]);
} catch (PDOException $error) {
    // PDO keeps the fields in one text: "ERROR:  message\nDETAIL:  ...\nHINT:  ..."
    preg_match('/^ERROR:  (.*?)\nDETAIL:  (.*?)\nHINT:  (.*)$/s', $error->errorInfo[2], $field);
    echo "SQLSTATE {$error->errorInfo[0]}\n$field[1]\nDETAIL: $field[2]\nHINT: $field[3]\n";
    exit(1);
}
echo "fits\n";
