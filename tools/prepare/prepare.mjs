// Runs before `npm start` and `npm test`, on whatever Node the machine has. Nothing is imported statically and no
// new syntax is used before the version is known, so that an old Node prints the sentence below and not a stack.
var major = Number(process.versions.node.split(".")[0]);

if (major < 20) {
  console.error(
    "RedFlag needs Node 20 or later to install itself, and this is Node " +
      process.versions.node +
      ". Install a newer Node (https://nodejs.org) and try again.",
  );
  process.exit(1);
} else {
  import("./run-prepare.mjs").then(function (module) {
    return module.runPrepare();
  });
}
