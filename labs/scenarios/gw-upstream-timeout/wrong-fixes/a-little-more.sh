kubectl -n books patch httproute reports --type=json -p '[{"op":"replace","path":"/spec/rules/0/timeouts/request","value":"700ms"}]'
