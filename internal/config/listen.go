package config

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// CheckListen is the rule for an address to listen on: beyond loopback it needs TLS or
// an explicit word (security 60), for what is served holds the keys to a company.
func CheckListen(addr string, tls, allowRemoteHTTP bool) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("%q is not an address: use HOST:PORT, such as 127.0.0.1:8080", addr)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q has no usable port: use 0 (a free one) to 65535", addr)
	}
	if !tls && !allowRemoteHTTP && !onLoopback(addr) {
		return fmt.Errorf("%s is reachable from other machines: give --tls-cert and --tls-key, or --allow-remote-http behind a proxy that adds TLS", addr)
	}
	return nil
}

// onLoopback tells whether HOST:PORT is reachable from this machine only.
func onLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	return err == nil && Loopback(host)
}

// Loopback tells a host that is this machine.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true // RFC 6761 §6.3
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
