// Go, lib/pq: asserts the release before the server listens.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/lib/pq"
)

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL")+"?sslmode=disable")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec("SELECT schema_guard.assert_release($1, $2)", os.Args[1], os.Args[2])
	var refused *pq.Error
	if errors.As(err, &refused) {
		fmt.Printf("SQLSTATE %s\n%s\nDETAIL: %s\nHINT: %s\n", refused.Code, refused.Message, refused.Detail, refused.Hint)
		os.Exit(1)
	} else if err != nil {
		log.Fatal(err)
	}
	fmt.Println("fits")
}
