// The face labd shows to the rooms above it (sessions, proof): launch a lab process, connect to it, read what its folder holds.
export { eventsFile, type LabConfig, readLabConfig, socketFile } from './config.ts'
export {
  type ConnectOptions,
  connectLab,
  type LabClient,
  type LabPush,
  type ReplyOf,
  type RequestOf,
  type RequestOp,
} from './lab-client.ts'
export { connectToLab, type LaunchedLab, type LaunchRequest, labdProgram, launchLab, readLogTail } from './launch.ts'
