# Changes the Pods that run now; the Deployment knows nothing of it.
kubectl label --overwrite pods -l app=web app=wbe
