#!/usr/bin/env bash
# Terraform 1.11.4: a list in an output makes a plan slow where it did NOT change, and
# with the square of its length.
#
# Expected: a list that stays as it is costs less than one in which every element is
# another. What happens: of 2,000 objects it costs several times more, and twice as
# many cost four times as much. A map of the same objects has neither.
# Why it matters here: a table of routes in an output is such a list, and most plans
# find it as it was.
# Seen: 2026-11-28, Terraform 1.11.4. Takes the terraform on PATH; no provider.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

needs terraform
export TF_CLI_CONFIG_FILE=/dev/null CHECKPOINT_DISABLE=1
cat >rows.tf <<'CONFIGURATION'
variable "rows" { type = number }
variable "word" { type = string }
locals {
  numbers = flatten([for a in range(var.rows / 250) : [for b in range(250) : a * 250 + b]])
  rows    = [for i in local.numbers : { id = i, network = "10.0.${floor(i / 256)}.${i % 256}/32", word = var.word, path = [65515, 65010, i] }]
}
CONFIGURATION

# processor NAME ROWS WORD: the time of the processor, in ms, that a plan takes after an
# apply with the word "same".
processor() {
  rm -f terraform.tfstate*
  terraform apply -auto-approve -var rows="$2" -var word=same >/dev/null
  local TIMEFORMAT='%3U'
  spent=$({ time terraform plan -var rows="$2" -var word="$3" >/dev/null; } 2>&1)
  printf '%s of %s objects, %s word: %s s\n' "$1" "$2" "$3" "$spent" >&2
  echo "${spent/./}" | sed 's/^0*//'
}

terraform version | head -1
echo 'output "rows" { value = local.rows }' >output.tf
half=$(processor list 1000 same) unchanged=$(processor list 2000 same) changed=$(processor list 2000 another)
echo 'output "rows" { value = { for r in local.rows : r.network => r } }' >output.tf
map=$(processor map 2000 same)
((unchanged > 2 * changed)) || another "an unchanged list costs no more than a changed one"
((unchanged > 2 * map)) || another "an unchanged list costs no more than an unchanged map"
((10 * unchanged > 25 * half)) || another "twice the list costs no more than twice the time"
same
