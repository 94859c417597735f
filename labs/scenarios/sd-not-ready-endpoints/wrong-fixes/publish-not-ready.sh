kubectl patch service tiles -p '{"spec":{"publishNotReadyAddresses":true}}'
