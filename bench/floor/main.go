// Command floor is what the org is measured against: Gin and SQLite, and nothing else. It
// opens the org's own file with the org's pragmas, keeps its statements prepared, and writes
// the stored bytes as they are: no token, no role, no links, no search, no log.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"gatehouse/internal/db"
	"gatehouse/internal/org"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: floor ORG.DB")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// run serves until ctx is done. Its first line on stdout is its address.
func run(ctx context.Context, file string) error {
	f, err := open(ctx, file)
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	routes := gin.New()
	routes.GET("/api/v1/users/:id", f.get)
	routes.GET("/api/v1/users", f.list)
	routes.POST("/api/v1/users", f.create)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: routes, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	fmt.Printf("http://%s\n", l.Addr())
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// floor holds the prepared statements.
type floor struct {
	write     *sql.DB
	one, page *sql.Stmt
	// insert are the statements of a creation: document, event, and what an event is looked up by.
	insertDoc, insertEvent, insertIndex *sql.Stmt
	// event is a stored event of a creation, whose bytes every insert repeats.
	event []byte
}

func open(ctx context.Context, file string) (*floor, error) {
	o := org.DatabaseOptions(file).WithDefaults()
	read, err := sql.Open("sqlite", db.SQLiteReader(o))
	if err != nil {
		return nil, err
	}
	read.SetMaxOpenConns(o.Readers)
	read.SetMaxIdleConns(o.Readers)
	f := &floor{}
	if f.write, err = sql.Open("sqlite", db.SQLiteWriter(o)); err != nil {
		return nil, err
	}
	f.write.SetMaxOpenConns(1)
	for text, into := range map[string]**sql.Stmt{
		`SELECT body FROM document WHERE kind = 'user' AND id = ?`:                      &f.one,
		`SELECT body FROM document WHERE kind = 'user' AND id > '' ORDER BY id LIMIT ?`: &f.page,
	} {
		if *into, err = read.PrepareContext(ctx, text); err != nil {
			return nil, err
		}
	}
	for text, into := range map[string]**sql.Stmt{
		`INSERT INTO document (kind, id, body) VALUES ('floor', ?, ?)`: &f.insertDoc,
		`INSERT INTO event (published, body) VALUES (?, ?)`:            &f.insertEvent,
		`INSERT INTO event_index (name, value, seq) VALUES (?, ?, ?)`:  &f.insertIndex,
	} {
		if *into, err = f.write.PrepareContext(ctx, text); err != nil {
			return nil, err
		}
	}
	err = read.QueryRowContext(ctx, `SELECT body FROM event WHERE seq =
		(SELECT max(seq) FROM event_index WHERE name = 'eventType' AND value = 'user.lifecycle.create')`).Scan(&f.event)
	return f, err
}

func (f *floor) get(c *gin.Context) {
	var body []byte
	if err := f.one.QueryRowContext(c.Request.Context(), c.Param("id")).Scan(&body); err != nil {
		c.String(http.StatusNotFound, err.Error())
		return
	}
	c.Data(http.StatusOK, "application/json", body)
}

func (f *floor) list(c *gin.Context) {
	rows, err := f.page.QueryContext(c.Request.Context(), 200)
	if err != nil {
		c.String(http.StatusInternalServerError, err.Error())
		return
	}
	defer rows.Close()
	page := []byte{'['}
	for rows.Next() {
		var body sql.RawBytes
		if err := rows.Scan(&body); err != nil {
			c.String(http.StatusInternalServerError, err.Error())
			return
		}
		if len(page) > 1 {
			page = append(page, ',')
		}
		page = append(page, body...)
	}
	if err := rows.Err(); err != nil {
		c.String(http.StatusInternalServerError, err.Error())
		return
	}
	c.Data(http.StatusOK, "application/json", append(page, ']'))
}

// create stores what it is sent, and the two events of a creation, in one commit. The name
// becomes the id; bare leaves out what events are looked up by.
func (f *floor) create(c *gin.Context) {
	body, err := io.ReadAll(c.Request.Body)
	if err == nil {
		err = f.store(c.Request.Context(), c.Query("name"), body, c.Query("bare") != "")
	}
	if err != nil {
		c.String(http.StatusInternalServerError, err.Error())
		return
	}
	c.Data(http.StatusOK, "application/json", body)
}

func (f *floor) store(ctx context.Context, id string, body []byte, bare bool) error {
	tx, err := f.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit this only says that it is over
	if _, err := tx.StmtContext(ctx, f.insertDoc).ExecContext(ctx, id, string(body)); err != nil {
		return err
	}
	for _, kind := range []string{"user.lifecycle.create", "user.lifecycle.activate"} {
		res, err := tx.StmtContext(ctx, f.insertEvent).ExecContext(ctx, time.Now().UnixMilli(), string(f.event))
		if err != nil {
			return err
		}
		seq, err := res.LastInsertId()
		if err != nil {
			return err
		}
		if bare {
			continue
		}
		for _, row := range [][2]string{{"eventType", kind}, {"actor.id", "floor"}, {"target.id", id}} {
			if _, err := tx.StmtContext(ctx, f.insertIndex).ExecContext(ctx, row[0], row[1], seq); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}
