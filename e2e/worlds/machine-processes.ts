export { MachineProcesses } from "../../agent-core/src/processes/machine-processes.js";
