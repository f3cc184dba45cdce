// Command floor is what the org is measured against: Gin and SQLite, and nothing else. It
// opens the org's own file with the org's pragmas, keeps its statements prepared, and writes
// the stored bytes as they are: no token, no role, no links, no search, no log.
package main

import (
	"context"
	"database/sql"
	"fmt"
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
	read, write *sql.DB
	one, page   *sql.Stmt
	made        creation
}

func open(ctx context.Context, file string) (f *floor, err error) {
	o := org.DatabaseOptions(file).WithDefaults()
	f = &floor{}
	if f.read, err = sql.Open("sqlite", db.SQLiteReader(o)); err != nil {
		return nil, err
	}
	f.read.SetMaxOpenConns(o.Readers)
	f.read.SetMaxIdleConns(o.Readers)
	if f.write, err = sql.Open("sqlite", db.SQLiteWriter(o)); err != nil {
		return nil, err
	}
	f.write.SetMaxOpenConns(1)
	if f.one, err = f.read.PrepareContext(ctx, `SELECT body FROM document WHERE kind = 'user' AND id = ?`); err != nil {
		return nil, err
	}
	if f.page, err = f.read.PrepareContext(ctx, `SELECT body FROM document WHERE kind = 'user' AND id > '' ORDER BY id LIMIT ?`); err != nil {
		return nil, err
	}
	f.made, err = readCreation(ctx, f.read, f.write)
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
