// Starts every controller on a store. Called once by the control plane's main.
import type { Clock } from '../../system/clock.ts'
import type { Log } from '../../system/log.ts'
import type { ApiStore } from '../api/store.ts'
import { type BootstrapOptions, createBootstrapObjects } from './bootstrap-objects.ts'
import type { ControllerContext } from './controller.ts'
import { startDaemonSetController } from './daemon-set.ts'
import { startDeploymentController } from './deployment/deployment.ts'
import { startEndpointSliceController } from './endpoint-slice.ts'
import { startEndpointsController } from './endpoints.ts'
import { createEventRecorder } from './events.ts'
import { startGarbageCollector } from './garbage-collector.ts'
import { startGatewayController } from './gateway.ts'
import { startJobController } from './job.ts'
import { startMeshController } from './mesh.ts'
import { startNamespaceController } from './namespace.ts'
import { startNodeLifecycle } from './node-lifecycle.ts'
import { startReplicaSetController } from './replica-set.ts'
import { startScheduler } from './scheduler.ts'
import { startStatefulSetController } from './stateful-set.ts'
import { startTaintEviction } from './taint-eviction.ts'

export interface ControllersOptions {
  store: ApiStore
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'error'>
  /** PEM of the cluster's CA, for the ConfigMap kube-root-ca.crt of every namespace */
  caCertificate?: string
  /** what a new cluster contains; false: nothing but what the store has */
  bootstrap?: BootstrapOptions | false
}

/** All of them: scheduling, workloads, endpoints, namespaces, garbage. Nodes and pods' status are the kubelet's. */
export function startControllers(options: ControllersOptions): { stop(): void } {
  const { store, clock, log } = options
  const events = createEventRecorder(store, clock)
  const context: ControllerContext = { store, clock, log, events }
  const stops = [
    startNamespaceController(context, options.caCertificate),
    startGarbageCollector(context),
    startDeploymentController(context),
    startReplicaSetController(context),
    startDaemonSetController(context),
    startStatefulSetController(context),
    startJobController(context),
    startScheduler(context),
    startNodeLifecycle(context),
    startTaintEviction(context),
    startEndpointSliceController(context),
    startEndpointsController(context),
    startGatewayController(context),
    startMeshController(context),
  ]
  if (options.bootstrap !== false) createBootstrapObjects(context, options.bootstrap)
  return {
    stop() {
      for (const stop of stops) stop()
    },
  }
}
