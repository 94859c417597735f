kubectl patch service kiosk -p '{"spec":{"type":"ClusterIP"}}'
