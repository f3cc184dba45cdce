//go:build !linux

package dbtest

func start() (server, error) {
	return server{}, notInstalled("a server is started on Linux only")
}
