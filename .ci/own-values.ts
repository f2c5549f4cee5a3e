#!/usr/bin/env -S TSX_DISABLE_CACHE=1 node --require tsx/cjs
// Refuses a stack for which Terraform would take other values than those of TF_VAR_…, which no plan shows.
import { refuseOtherValues } from "../lab/terraform/other-values";
import { folderOf, script, stackArgument } from "./stacks";

script(() => refuseOtherValues(".", folderOf(stackArgument())));
