# The older way to say it, which this controller still reads.
kubectl annotate ingress shop kubernetes.io/ingress.class=nginx
kubectl patch ingress shop --type=json -p '[{"op":"remove","path":"/spec/ingressClassName"}]'
