#!/bin/sh
# What the suite needs beside Python: a browser, Chinese system fonts for it, PostgreSQL. Installed where apt and root are,
# else named in one line; tests that need a missing one then say so.
set -u
missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing="$missing chromium"
command -v pdftoppm >/dev/null || missing="$missing poppler-utils"
fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "测试还需要：$missing（Debian/Ubuntu：sudo apt-get install$missing；macOS：brew install --cask chromium，brew install poppler postgresql）" >&2
fi
