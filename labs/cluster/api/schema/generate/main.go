// Writes ../fields.generated.ts from the Go types of k8s.io/api, by reflection: the names, protobuf numbers and merge keys of every type our kinds
// reach. Run by hand when the pinned Kubernetes version changes: go run . (in this folder).
package main

import (
	"fmt"
	"os"
	"reflect"
	"sort"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

var roots = []any{
	corev1.Namespace{}, corev1.Node{}, corev1.Pod{}, corev1.Service{}, corev1.Endpoints{}, corev1.ConfigMap{}, corev1.Event{}, corev1.ServiceAccount{},
	corev1.Secret{}, corev1.Binding{}, appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.ControllerRevision{}, appsv1.DaemonSet{}, appsv1.StatefulSet{}, batchv1.Job{},
	networkingv1.Ingress{}, networkingv1.IngressClass{}, networkingv1.NetworkPolicy{}, discoveryv1.EndpointSlice{},
	coordinationv1.Lease{}, autoscalingv1.Scale{}, policyv1.Eviction{}, metav1.DeleteOptions{}, authenticationv1.TokenRequest{},
	authenticationv1.SelfSubjectReview{}, authorizationv1.SelfSubjectAccessReview{},
}

var fields = map[string]string{}

func typeName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	return parts[len(parts)-2] + "." + parts[len(parts)-1] + "." + t.Name()
}

// kindOf gives the word for a type, [] for lists and {} for maps before it.
func kindOf(t reflect.Type) string {
	switch t {
	case reflect.TypeOf(metav1.Time{}):
		return "time"
	case reflect.TypeOf(metav1.MicroTime{}):
		return "microtime"
	case reflect.TypeOf(resource.Quantity{}):
		return "quantity"
	case reflect.TypeOf(intstr.IntOrString{}):
		return "intstr"
	case reflect.TypeOf(metav1.FieldsV1{}), reflect.TypeOf(runtime.RawExtension{}):
		return "raw"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int32, reflect.Int64:
		return t.Kind().String()
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		if t.Name() == "ExtraValue" {
			return "raw"
		}
		return "[]" + kindOf(t.Elem())
	case reflect.Map:
		return "{}" + kindOf(t.Elem())
	case reflect.Struct:
		walk(t)
		return typeName(t)
	}
	panic("no word for " + t.String())
}

func walk(t reflect.Type) {
	name := typeName(t)
	if _, seen := fields[name]; seen {
		return
	}
	fields[name] = ""
	var members []string
	for i := 0; i < t.NumField(); i++ {
		f := t.Field(i)
		if f.Type == reflect.TypeOf(metav1.TypeMeta{}) {
			members = append(members, `"apiVersion":"0 string"`, `"kind":"0 string"`)
			continue
		}
		jsonTag := strings.Split(f.Tag.Get("json"), ",")
		proto := strings.Split(f.Tag.Get("protobuf"), ",")
		if jsonTag[0] == "-" || len(proto) < 2 {
			continue
		}
		inline := jsonTag[0] == ""
		word := proto[1] + " " + kindOf(f.Type)
		key := jsonTag[0]
		if inline {
			key = "~" + f.Name
		}
		if !inline && !strings.Contains(f.Tag.Get("json"), "omitempty") && !strings.Contains(f.Tag.Get("json"), "omitzero") {
			word += " !"
		}
		if f.Type.Kind() == reflect.Pointer {
			word += " *"
		}
		if strategy := f.Tag.Get("patchStrategy"); strategy != "" {
			word += " " + strategy
			if mergeKey := f.Tag.Get("patchMergeKey"); mergeKey != "" {
				word += "=" + mergeKey
			}
		}
		members = append(members, fmt.Sprintf("%q:%q", key, word))
	}
	fields[name] = "{" + strings.Join(members, ",") + "}"
}

func write(file, head, constant string, lines map[string]string) {
	var names []string
	for name := range lines {
		names = append(names, name)
	}
	sort.Strings(names)
	var out strings.Builder
	out.WriteString("// " + head + "\n// Made by schema/generate from k8s.io/api v0.37.1; do not edit.\n\nexport const " + constant + ": readonly string[] = [\n")
	for _, name := range names {
		line := name + " " + lines[name]
		line = strings.ReplaceAll(line, `\`, `\\`)
		line = strings.ReplaceAll(line, `'`, `\'`)
		out.WriteString("  '" + line + "',\n")
	}
	out.WriteString("]\n")
	if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
		panic(err)
	}
}

func main() {
	for _, root := range roots {
		walk(reflect.TypeOf(root))
	}
	write("../fields.generated.ts", "Fields of the API's types, one type a line. Per field: protobuf number, type, ! when always present, * when a Go pointer, patch strategy.", "fieldLines", fields)
}
