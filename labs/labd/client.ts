// The face labd shows to the rooms above it (sessions, proof): launch a lab process, connect to it, read what its folder holds.
export { eventsFile, isSpare, type LabConfig, type ProcessConfig, readLabConfig, type SpareConfig, socketFile } from './config.ts'
export {
  type ConnectOptions,
  connectLab,
  type LabClient,
  type LabPush,
  type ReplyOf,
  type RequestOf,
  type RequestOp,
} from './lab-client.ts'
export {
  buryLab,
  connectToLab,
  type LaunchedLab,
  type LaunchRequest,
  labdProgram,
  launchLab,
  launchSpare,
  leavesCluster,
  lifeLogs,
  readLogTail,
  type SpareRequest,
} from './launch.ts'
