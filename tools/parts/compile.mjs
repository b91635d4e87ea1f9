// Compiles a folder of Python sources with the interpreter that will import them: pyodide in node.
// node compile.mjs RUNTIME FOLDER; each x.py becomes x.pyc beside its place, and is removed.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [runtime, folder] = process.argv.slice(2).map((path) => resolve(path));
try {
  const { loadPyodide } = await import(pathToFileURL(join(runtime, "pyodide.mjs")));
  const python = await loadPyodide({ indexURL: `${runtime}/` });
  python.FS.mkdir("/tree");
  python.mountNodeFS("/tree", folder);
  python.runPython(readFileSync(join(import.meta.dirname, "compile_tree.py"), "utf8"));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
