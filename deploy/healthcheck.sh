#!/bin/bash
# For Docker's HEALTHCHECK: prints the answer of /health/ready; exit 0 when its status is 200, else 1. The runtime image has no curl
# or wget but has bash, which opens the connection itself (/dev/tcp); a second .NET process would start a whole runtime at each check.
port=${ASPNETCORE_HTTP_PORTS:-8080}
exec 3<>"/dev/tcp/127.0.0.1/${port%%;*}" || exit 1 # the first of a list
# HTTP/1.0: the server closes after its answer, so reading ends.
printf 'GET /health/ready HTTP/1.0\r\n\r\n' >&3
read -r -t 4 _ status _ <&3 || exit 1
while read -r -t 1 line && [[ $line != $'\r' ]]; do :; done <&3 # headers
head -c 4000 <&3 # Docker keeps this: docker inspect --format '{{json .State.Health}}'
[[ $status == 200 ]] || exit 1
