kubectl patch service kiosk --type=json -p '[{"op":"remove","path":"/spec/ports/0/nodePort"}]'
