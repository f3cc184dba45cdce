# The binary is static and needs no file beside it: the image holds it, a folder for
# its data that belongs to its user, and the roots of trust for TLS.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -tags nomsgpack -trimpath -ldflags '-s -w' -o /out/console ./cmd/console \
 && mkdir -p /out/data && chown 65532:65532 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/console /console
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# Reached from outside the container, so a start needs CONSOLE_TLS_CERT and CONSOLE_TLS_KEY,
# or CONSOLE_ALLOW_REMOTE_HTTP=true behind a proxy that adds TLS; without either it is refused.
ENV CONSOLE_DATA_DIR=/data CONSOLE_ADDR=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s CMD ["/console", "health", "http://127.0.0.1:8080"]
ENTRYPOINT ["/console"]
CMD ["serve"]
