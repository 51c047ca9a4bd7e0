#!/usr/bin/env node
'use strict';
// ES5 on purpose: this file must parse on any Node.js, to say what to do on one that is too old.
var needed = 22;
var args = process.argv.slice(2);

if (parseInt(process.versions.node, 10) >= needed) start();
else startOnDevelopmentRuntime();

function start() {
  if (args.length === 1 && args[0] === '--version') {
    process.stdout.write(require('../package.json').version + '\n');
    return;
  }
  var load = require('module');
  if (load.enableCompileCache) load.enableCompileCache();
  import('../dist/main.js').catch((error) => {
    var unbuilt = error && error.code === 'ERR_MODULE_NOT_FOUND' && /dist.main\.js/.test(String(error.message));
    process.stderr.write(
      unbuilt ? 'orion-setup is not built yet. Run: npm run build\n' : String((error && error.stack) || error) + '\n',
    );
    process.exit(1);
  });
}

// A source checkout brings a current Node.js of its own (tools/node-runtime); the published package does not.
function startOnDevelopmentRuntime() {
  var fs = require('fs');
  var path = require('path');
  var windows = process.platform === 'win32';
  var platform = windows ? 'win' : process.platform;
  var prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin-' : 'node-';
  var own = path.join(
    __dirname,
    '..',
    'node_modules',
    prefix + platform + '-' + process.arch,
    'bin',
    windows ? 'node.exe' : 'node',
  );
  if (!fs.existsSync(own)) {
    process.stderr.write(
      'orion-setup needs Node.js ' +
        needed +
        ' or newer; this is v' +
        process.versions.node +
        ' (' +
        process.execPath +
        ').\n' +
        'Install a current one (https://nodejs.org), or run once without installing:\n' +
        '  npx -y -p node@24 -p orion-setup orion-setup ' +
        args.join(' ') +
        '\n',
    );
    process.exit(1);
  }
  var child = require('child_process').spawn(own, [__filename].concat(args), { stdio: 'inherit' });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
    // The terminal sends Ctrl-C to the whole group; the child decides what it means and we report its answer.
    process.on(signal, () => {
      if (signal !== 'SIGINT') child.kill(signal);
    });
  });
  child.on('error', (error) => {
    process.stderr.write(String(error) + '\n');
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code);
  });
}
